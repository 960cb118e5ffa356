/** How much of the disk is used, and by what. */
import {counted, plural, type RepoId, sizeText} from '../../../base/index.ts';
import {type DiskUse, diskUse, JobReader} from '../../../coordinator/reader/index.ts';
import {systemClock} from '../../../platform/index.ts';
import {announcement, lastPassText} from '../../pruning/say-pruning.ts';
import type {Finding} from './finding.ts';

const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/** Of a repository; nothing where its database cannot be used, which is told anyway. */
export function checkUsage(state: string, repo: RepoId): Finding[] {
  const reader = openQuietly(state, repo);
  if (reader === undefined) return [];
  try {
    const {lastPass, keptSince} = reader.pruning();
    const now = systemClock.now();
    const place = reader.place ?? repo;
    const pass = lastPass === undefined ? '' : `; ${lastPassText(lastPass, now)}`;
    const message = `${place}: ${useText(diskUse(state, repo))}${pass}`;
    const used: Finding = {level: 'ok', about: 'used', message};
    const gone = keptSince === undefined ? now : keptSince + WEEK_MS;
    return gone > now
      ? [used, {level: 'note', about: 'used', message: `${place}: ${announcement(gone, now)}`}]
      : [used];
  } catch {
    return []; // a damaged database
  } finally {
    reader.close();
  }
}

function openQuietly(state: string, repo: RepoId): JobReader | undefined {
  try {
    return JobReader.open(state, repo, systemClock);
  } catch {
    return undefined; // as where there is none
  }
}

function useText({jobs, logs, progress, rest, least, database}: DiskUse): string {
  const all = sizeText(logs + progress + rest);
  const parts = [
    `logs ${sizeText(logs)}`,
    ...(progress === 0 ? [] : [`progress ${sizeText(progress)}`]),
    `descriptions and directories ${sizeText(rest)}`,
  ];
  const of =
    jobs === 0 ? '' : ` (${parts.join(', ')}; at least ${sizeText(least)} for each, whatever it prints)`;
  return `${counted(jobs, 'job')} ${plural(jobs, 'takes', 'take')} ${all}${of}, the database ${sizeText(database)}`;
}
