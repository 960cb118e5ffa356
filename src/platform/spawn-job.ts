/**
 * Starts a job's command behind its wrapper, a few lines of `sh` that outlive us and write the exit code.
 *
 * The wrapper writes `<its pid> .` before the command starts and `<exit code> .` after it ended, into files made and
 * filled beforehand, so that a full disk cannot lose them. It alone holds the `alive` FIFO. It runs with an empty
 * environment: the command gets its own through `env -i`, byte for byte, because a shell drops names that it cannot
 * hold and adds others. Signals sent to the group are caught, not ignored (an ignored one would be inherited), so a
 * cancelled command still has its code recorded. The shell's own remarks ("Terminated") go to /dev/null.
 */
import {isUtf8} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';

export interface JobLaunch {
  /** `NAME=value`, in order, as bytes. */
  readonly environment: readonly Buffer[];
  /** Program and arguments, as bytes. */
  readonly command: readonly Buffer[];
  readonly cwd: string;
  readonly umask: number;
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

/**
 * Starts the wrapper; `onEnd` is called once when it has ended. Rejects when it cannot be started (too many processes,
 * arguments too long, cwd gone): then nothing runs and `onEnd` is never called.
 */
export async function spawnJob(launch: JobLaunch, onEnd: () => void): Promise<LaunchedJob> {
  const operands = [...launch.environment, ...commandOperands(launch.command)];
  const encoded = operands.some(operand => !isUtf8(operand));
  const {out, err, alive, pid, exit} = launch.descriptors;
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      encoded ? DECODING_WRAPPER : WRAPPER,
      'stint-job',
      launch.umask.toString(8).padStart(4, '0'),
      ...operands.map(operand => (encoded ? printfEscape(operand) : operand.toString())),
    ],
    {cwd: launch.cwd, env: {}, detached: true, stdio: ['ignore', out, 'ignore', alive, pid, exit, err]},
  );
  if (child.pid === undefined) {
    const [error] = await once(child, 'error');
    throw error;
  }
  child.once('exit', onEnd);
  child.unref();
  return {pid: child.pid};
}

const RUN = `
run() {
  trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2 XCPU XFSZ VTALRM PROF
  printf '%s .\\n' "$$" >&4
  umask "$1"
  shift
  ( exec /usr/bin/env -i -- "$@" 2>&6 3>&- 4>&- 5>&- 6>&- )
  printf '%s .\\n' "$?" >&5
}`;

const WRAPPER = `${RUN}
run "$@"`;

/** For arguments that are not UTF-8, which Node cannot hand over: they come as printf escapes (the x keeps last newlines). */
const DECODING_WRAPPER = `${RUN}
decode() {
  mask=$1
  shift
  left=$#
  while [ "$left" -gt 0 ]; do
    bytes=$(printf '%bx' "$1")
    shift
    set -- "$@" "\${bytes%x}"
    left=$((left - 1))
  done
  run "$mask" "$@"
}
decode "$@"`;

/** \`env\` takes every operand with a \`=\` for a variable; \`nice -n 0\` runs such a program under its own name. */
function commandOperands(command: readonly Buffer[]): Buffer[] {
  const [program] = command;
  const ambiguous = program?.includes(0x3d) || program?.[0] === 0x2d;
  return ambiguous ? [...NICE, ...command] : [...command];
}

const NICE = ['nice', '-n', '0', '--'].map(word => Buffer.from(word));

/** What printf's %b turns into these bytes. Text stays as it is, for the system limits how long one argument may be. */
function printfEscape(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString().replaceAll('\\', '\\\\');
  let text = '';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x5c;
    text += plain ? String.fromCharCode(byte) : `\\0${byte.toString(8).padStart(3, '0')}`;
  }
  return text;
}
