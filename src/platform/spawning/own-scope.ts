/**
 * Leaving the cgroup of whoever started this program: it starts itself once more in a scope of its own, by `systemd-run`, and
 * leaves when that one serves. Where this cannot be done it goes on as it is, and knows why. Killed meanwhile, it leaves the
 * other one, which serves all the same.
 */
import {spawn} from 'node:child_process';
import type {Readable} from 'node:stream';

import {codeOf, messageOf, type StintError} from '../../base/index.ts';
import {environment} from '../environment.ts';
import {cgroupOf} from '../processes/cgroup.ts';
import {randomHex} from '../random.ts';
import {complaintOf, READY} from './detached-node.ts';

/** The argument by which a program is asked to leave the cgroup of its starter. */
export const OWN_SCOPE = '--own-scope';
/** The argument that tells it which scope it is in by now. */
const IN_SCOPE = '--in-scope=';

export type ScopeEntry =
  | {readonly how: 'unasked'}
  | {readonly how: 'entered'; readonly scope: string}
  | {readonly how: 'failed'; readonly reason: string}
  /** Another process is what this one was to be, or has told why it cannot be: this one has nothing more to do. */
  | {readonly how: 'handed over'; readonly complaint: StintError | undefined};

/** To be asked by a program with the arguments that it was given. `limitMs`: how long systemd may take. Never rejects. */
export async function enterOwnScope(argv: readonly string[], limitMs = LIMIT_MS): Promise<ScopeEntry> {
  const scope = argv.find(word => word.startsWith(IN_SCOPE))?.slice(IN_SCOPE.length);
  if (scope !== undefined) {
    const own = cgroupOf('self');
    if (own?.split('/').includes(scope)) return {how: 'entered', scope};
    return {how: 'failed', reason: `systemd-run did not change the cgroup, which is ${own ?? 'unknown'}`};
  }
  if (!argv.includes(OWN_SCOPE)) return {how: 'unasked'};
  return startInScope(argv, `stint-${randomHex(8)}.scope`, limitMs).catch(failure);
}

const LIMIT_MS = 3000;

/** The system may refuse another process. */
function failure(error: unknown): ScopeEntry {
  return {how: 'failed', reason: codeOf(error) === 'ENOENT' ? NOT_THERE : messageOf(error)};
}

function startInScope(argv: readonly string[], scope: string, limitMs: number): Promise<ScopeEntry> {
  return new Promise(resolve => {
    const failed = (reason: string) => resolve({how: 'failed', reason});
    const given = argv.filter(word => word !== OWN_SCOPE && word !== READY);
    const [node, script] = process.argv as [string, string];
    const command = [node, ...process.execArgv, script, ...given, `${IN_SCOPE}${scope}`, READY];
    const child = spawn(
      'systemd-run',
      [...SCOPE_OPTIONS, `--unit=${scope}`, '--', ...SAYING_SO, ...command],
      {
        cwd: '/',
        detached: true,
        env: environment(),
        stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      },
    );
    const {pid} = child;
    let isLate = false;
    let isThere = false;
    let said = '';
    let complaint = '';
    const limit = setTimeout(() => {
      isLate = true;
      if (pid !== undefined) killGroup(pid);
    }, limitMs);
    const ready = child.stdio[3] as Readable;
    child.once('error', error => resolve(failure(error)));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, MOST_SAID);
    });
    ready.setEncoding('utf8').on('data', (text: string) => {
      isThere = true;
      clearTimeout(limit);
      complaint += text;
    });
    ready.once('close', () => {
      if (!isThere) return;
      child.unref();
      resolve({how: 'handed over', complaint: complaint.trim() === '' ? undefined : complaintOf(complaint)});
    });
    child.once('close', code => {
      clearTimeout(limit);
      if (isLate) failed(`systemd-run did not answer within ${limitMs / 1000} s`);
      else if (!isThere) failed(said.trim().split('\n').at(-1) || `systemd-run ended with exit code ${code}`);
    });
  });
}

const SCOPE_OPTIONS = ['--user', '--scope', '--quiet', '--description=stint coordinator'];
/** Runs its arguments, after a blank on the descriptor that tells of them: from then on there is only waiting. */
const SAYING_SO = ['/bin/sh', '-c', 'printf " " >&3; exec "$@" 2>/dev/null', 'sh'];
const NOT_THERE = 'the program systemd-run is not there';
const MOST_SAID = 1000;

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended just now
  }
}
