/**
 * Starts a job's command behind its wrapper, a few lines of `sh` that outlive us and write the exit code.
 *
 * The wrapper writes `<its pid> .` before the command starts and `<exit code> .` after it ended, into files made and
 * filled beforehand, so that a full disk cannot lose them; behind each the uptime of the machine, so that nobody needs to
 * look in that moment to know how long the command took, and behind that of the end what the shell's own `times` tells: how
 * much processor time its children took. The code comes first, in a write of its own: whatever ends the wrapper, it is whole. It alone holds the `alive` FIFO. It runs with an empty
 * environment. What the command gets, its words too, comes through a private file (`handover.ts`) that is complete and
 * has no name any more before the wrapper is started, and that only the wrapper's child reads, which then becomes the
 * command. Signals sent to the group are caught, not ignored (an ignored one would be inherited), so a cancelled command
 * still has its code recorded. The shell's own remarks ("Terminated") go to /dev/null.
 */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {accessSync, closeSync, constants, unlinkSync, writeSync} from 'node:fs';

import {codeOf} from '../../base/index.ts';
import {spawnFailure, startIn} from '../files/directory-problem.ts';
import {openPrivate} from '../files/private-file.ts';
import {UPTIME_FILE} from '../machine-time.ts';
import {type Command, HANDED_FILE, type Handover, handover, OWN_DESCRIPTORS_CLOSED} from './handover.ts';

export interface JobLaunch extends Command {
  /** As `pathText`. */
  readonly cwd: string;
  readonly umask: number;
  /** Where a private file can be made for a moment. */
  readonly scratch: string;
  /** Open descriptors that the wrapper inherits; the caller closes its own copies afterwards. */
  readonly descriptors: {
    readonly out: number;
    readonly err: number;
    readonly alive: number;
    readonly pid: number;
    readonly exit: number;
  };
}

export interface LaunchedJob {
  /** Of the wrapper, which leads a session and process group of its own. */
  readonly pid: number;
}

/** Programs by absolute path, because a job's PATH is the job's. */
export interface LaunchTools {
  readonly shell: string;
  readonly perl: string;
}

const TOOLS: LaunchTools = {shell: '/bin/sh', perl: '/usr/bin/perl'};

/**
 * Starts the wrapper; `onEnd` is called once when it has ended. Rejects when it cannot be started (too many processes, a
 * full disk, environment and arguments too large, cwd gone): then nothing runs and `onEnd` is never called.
 */
export async function spawnJob(launch: JobLaunch, onEnd: () => void, tools = TOOLS): Promise<LaunchedJob> {
  await refuseTooLarge(launch, tools.shell);
  const {reader, content} = handover(launch, isExecutable(tools.perl));
  const handed = namelessFile(launch.scratch, content);
  try {
    return await startWrapper(launch, reader, handed, onEnd, tools);
  } finally {
    closeSync(handed);
  }
}

async function startWrapper(
  {cwd, umask, descriptors: {out, err, alive, pid, exit}}: JobLaunch,
  reader: Handover['reader'],
  handed: number,
  onEnd: () => void,
  {shell, perl}: LaunchTools,
): Promise<LaunchedJob> {
  const mask = umask.toString(8).padStart(4, '0');
  const become = reader === 'sh' ? `. ${HANDED_FILE}` : `exec ${perl} -f -e "$2" ${OWN_DESCRIPTORS_CLOSED}`;
  const words = ['-c', wrapper(become), 'stint-job', mask, ...(reader === 'sh' ? [] : [PERL])];
  const child = startIn(cwd, plain =>
    spawn(shell, words, {
      cwd: plain,
      env: {},
      detached: true,
      stdio: ['ignore', out, 'ignore', alive, pid, exit, err, handed],
    }),
  );
  if (child.pid === undefined) {
    const [error] = await once(child, 'error');
    throw spawnFailure(error, cwd);
  }
  child.once('exit', onEnd);
  child.unref();
  return {pid: child.pid};
}

/** Where there is no file of the uptime nothing is written for it. */
function wrapper(become: string): string {
  return `
trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2 XCPU XFSZ VTALRM PROF
read -r up rest < ${UPTIME_FILE}
printf '%s .\\n%s\\n' "$$" "$up" >&4
umask "$1"
( ${become} )
printf '%s .\\n' "$?" >&5
read -r up rest < ${UPTIME_FILE} && printf '%s\\n' "$up" >&5
times >&5`;
}

const PERL = `
open my $in, '+<&=7' or exit 126;
local $/;
my ($count, @words) = split /\\0/, <$in>, -1;
pop @words;
truncate $in, 0;
%ENV = map { split /=/, $_, 2 } splice @words, 0, $count;
close $in;
exec { $words[0] } @words;
my $code = $! == 2 || $! == 20 ? 127 : 126;
print STDERR "stint-job: $words[0]: $!\\n";
exit $code;`;

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A private file with this content that is in no directory any more, open at its beginning. */
function namelessFile(path: string, content: Buffer): number {
  const fd = openPrivate(path, constants.O_RDWR | constants.O_CREAT | constants.O_TRUNC);
  try {
    unlinkSync(path);
    for (let at = 0; at < content.length; ) at += writeSync(fd, content, at, content.length - at, at);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * The system has limits for what a program is started with, which depend on too much to be computed: so where they may
 * be reached it is asked, by a program that is given arguments of just these lengths.
 */
async function refuseTooLarge({environment, command}: Command, shell: string): Promise<void> {
  const lengths = [...environment, ...command].map(({length}) => length);
  const total = lengths.reduce((sum, length) => sum + length + 1 + POINTER, 0);
  if (total < ALWAYS_POSSIBLE) return;
  try {
    const probe = spawn(shell, ['-c', ':', ...lengths.map(length => 'x'.repeat(length))], {
      env: {},
      stdio: 'ignore',
    });
    await once(probe, 'exit');
  } catch (error) {
    if (codeOf(error) !== 'E2BIG') throw error;
    const text = `its environment and arguments are too large for this system (${Math.ceil(total / 1024)} KiB)`;
    throw Object.assign(new Error(text), {code: 'E2BIG'});
  }
}

const POINTER = 8;
/** Bytes. Linux takes 128 KiB whatever its limits are. */
const ALWAYS_POSSIBLE = 100_000;
