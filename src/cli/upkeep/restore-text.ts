/** What a restore will do and has done, for people. */
import type {CheckedBackup, Inventory, Restored, RestorePlan} from '../../backup/index.ts';
import {counted, plural, visible} from '../../base/index.ts';
import {systemClock} from '../../platform/index.ts';
import {clockTime} from '../output/human.ts';

export function backupText({head}: CheckedBackup): string {
  const when = clockTime(head.created_at_ms, systemClock.now());
  return visible(`The backup is of ${when}, from the host ${head.host}, by stint ${head.version}.`);
}

export function planLines({take, keep, unfinished}: RestorePlan, state: string, isDry: boolean): string[] {
  const open = unfinished.length;
  const coming = amounts(take);
  const lines = [
    coming === ''
      ? `Nothing of it is missing in ${state}.`
      : `Into ${state} ${isDry ? 'would' : 'will'} come: ${coming}.`,
    ...(open > 0
      ? [
          `${open} of the jobs had not ended: ${plural(open, 'it comes', 'they come')} back as crashed, or as ${plural(open, 'it', 'they')} ended where that was written already. None is started.`,
        ]
      : []),
    ...keptLines(keep),
  ];
  return lines.map(visible);
}

export function restoredLines({take, keep, finished}: Restored): string[] {
  const open = finished > 0 ? `; ${finished} of them had not ended` : '';
  const lines = [
    `restored: ${amounts(take) || 'nothing'}${open}`,
    ...keptLines(keep),
    'see them with: stint ls --all-repos --all',
  ];
  return lines.map(visible);
}

function keptLines(keep: Inventory): string[] {
  const kept = amounts(keep);
  return kept === '' ? [] : [`There already, and left as it is: ${kept}.`];
}

function amounts({jobs, topics, others}: Inventory): string {
  const sessions = others.filter(name => name.startsWith('sessions/'));
  const rest = others.filter(name => !name.startsWith('sessions/'));
  return [
    ...(jobs.length > 0 ? [counted(jobs.length, 'job')] : []),
    ...(topics.length > 0 ? [counted(topics.length, 'topic')] : []),
    ...(sessions.length > 0 ? [counted(sessions.length, 'session')] : []),
    ...(rest.length > MOST_NAMED ? [counted(rest.length, 'other file')] : rest),
  ].join(', ');
}

const MOST_NAMED = 5;
