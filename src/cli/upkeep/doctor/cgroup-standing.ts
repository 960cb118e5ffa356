/** What a cgroup tells of who may end all that is in it, and what is said of that. Pure. */
import {visible} from '../../../base/index.ts';
import type {Finding} from './finding.ts';

export interface CgroupFacts {
  /** Undefined where it cannot be read. */
  readonly cgroup: string | undefined;
  /** Of a coordinator that runs; else of one that would be started from here. */
  readonly isRunning: boolean;
  /** `own_scope` in the configuration. */
  readonly isAsked: boolean;
  /** `systemd-run` is in the PATH. */
  readonly canLeave: boolean;
}

/** Says what is known, and of the rest that it is not; nothing where no coordinator runs and nothing could be done for one. */
export function cgroupFindings({cgroup, isRunning, isAsked, canLeave}: CgroupFacts): Finding[] {
  const standing = cgroupStanding(cgroup);
  const other = isAsked ? 'is to leave' : 'would be in';
  const who = isRunning ? 'the coordinator is in' : `a coordinator that is started from here ${other}`;
  const found = {level: 'ok', about: 'cgroup', message: `${who} ${visible(wordsFor(standing))}`} as const;
  if (standing.kind === 'own') return [{...found, hint: LINGER}];
  if (isAsked && isRunning)
    return [{...found, level: 'note', message: `own_scope is set, but ${found.message}`, hint: TOO_LATE}];
  const isLeavable = standing.kind !== 'container' && standing.kind !== 'unknown';
  if (!(isRunning || isAsked || isLeavable)) return [];
  return [isLeavable && canLeave && !isAsked ? {...found, hint: ADVICE} : found];
}

const ADVICE =
  'If that ends your jobs: own_scope: true in config.yml has the next coordinator leave it (docs/running-jobs.md).';
const TOO_LATE =
  'It counts when a coordinator starts: stint shutdown   (jobs that run stay in the cgroup in which they were started)';
const LINGER =
  'It ends when its user has logged out everywhere, unless lingering is on: loginctl enable-linger';

export type CgroupStanding =
  | {readonly kind: 'own' | 'session' | 'scope' | 'service' | 'container'; readonly unit: string}
  | {readonly kind: 'unknown'; readonly cgroup: string | undefined};

/** By the last unit of systemd in its path, and by what containers are called. */
export function cgroupStanding(cgroup: string | undefined): CgroupStanding {
  const parts = cgroup?.split('/') ?? [];
  const container = parts.find(part => CONTAINER.test(part));
  if (container !== undefined) return {kind: 'container', unit: parts.at(-1) ?? container};
  const unit = parts.findLast(part => /\.(scope|service)$/.test(part));
  if (unit === undefined || unit === 'init.scope') return {kind: 'unknown', cgroup};
  if (/^stint-[0-9a-f]+\.scope$/.test(unit)) return {kind: 'own', unit};
  if (/^session-.+\.scope$/.test(unit)) return {kind: 'session', unit};
  return {kind: unit.endsWith('.scope') ? 'scope' : 'service', unit};
}

const CONTAINER =
  /^(docker|lxc|lxc\.payload.*|kubepods.*|machine\.slice|buildkit|(docker|libpod|crio|cri-containerd|nerdctl)-.*)$/;

function wordsFor(standing: CgroupStanding): string {
  switch (standing.kind) {
    case 'session':
      return `${standing.unit}, a login session; whether what is in it ends with it cannot be told from here (KillUserProcesses of logind)`;
    case 'scope':
      return `${standing.unit}; who made that can end all that is in it`;
    case 'service':
      return `${standing.unit}; when that stops, it ends all that is in it, unless its KillMode says otherwise`;
    case 'container':
      return `a container (${standing.unit}), and ends with it`;
    case 'own':
      return `a scope of its own, ${standing.unit}`;
    case 'unknown':
      return standing.cgroup === undefined
        ? 'a cgroup that cannot be read; who ends it is not known'
        : `the cgroup ${standing.cgroup}; who ends it is not known`;
  }
}
