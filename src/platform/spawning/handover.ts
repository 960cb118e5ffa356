import {shellQuoted} from '../../base/index.ts';

/**
 * What a wrapper needs to become the command, environment and words, as the content of a private file: nothing of it may
 * stand in the arguments of a process, which every user of the machine can read.
 *
 * For `sh` it is a text that sets the variables and executes the command. Read as a whole and expanded before the first
 * variable is set, because a locale or an IFS changes how a shell reads. Names that some shell cannot hold, refuses, or
 * gives a meaning go through `perl`, for which it is a list. A shell adds variables of its own even to an empty
 * environment, so these are taken away first. Whoever has read the file empties it.
 */
export interface Handover {
  readonly reader: 'sh' | 'perl';
  readonly content: Buffer;
}

/** `NAME=value` each, and program with arguments, as bytes. */
export interface Command {
  readonly environment: readonly Buffer[];
  readonly command: readonly Buffer[];
}

/** The file in the process that reads it, which has it as descriptor 7. */
export const HANDED_FILE = process.platform === 'linux' ? '/proc/self/fd/7' : '/dev/fd/7';

/** The closing of every descriptor that only the wrapper has, and the command's stderr. */
export const OWN_DESCRIPTORS_CLOSED = '2>&6 3>&- 4>&- 5>&- 6>&-';

/** Without perl the variables that need it are left out, and the command's stderr says which. */
export function handover(given: Command, hasPerl: boolean): Handover {
  const environment = given.environment.map(characters);
  const words = given.command.map(characters);
  const odd = environment.filter(needsPerl);
  if (odd.length > 0 && hasPerl) return {reader: 'perl', content: bytes(listFor(environment, words))};
  const dropped = new Set(odd.filter(entry => !isPath(entry)));
  const kept = dropped.size === 0 ? environment : environment.filter(entry => !dropped.has(entry));
  return {reader: 'sh', content: bytes(textFor(kept, words, [...dropped].map(nameOf)))};
}

/** Each byte a character. */
function characters(given: Buffer): string {
  return given.toString('latin1');
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** The number of variables, these, the words; each ended by a NUL byte. */
function listFor(environment: readonly string[], words: readonly string[]): string {
  return [environment.length, ...environment, ...words].map(field => `${field}\0`).join('');
}

function textFor(
  environment: readonly string[],
  words: readonly string[],
  dropped: readonly string[],
): string {
  const underscore = environment.findLast(isUnderscore);
  const others = environment.filter(entry => !isUnderscore(entry));
  const command = isFoundByShell(words[0] ?? '', environment.some(isPath)) ? words : [...NICE, ...words];
  return [
    '{',
    ...(dropped.length > 0 ? [`printf '%s\\n' ${shellQuoted(remark(dropped))} >&6`] : []),
    `set -- ${command.map(shellQuoted).join(' ')}`,
    `: > ${HANDED_FILE}`,
    'unset PATH PWD OLDPWD SHLVL',
    ...(others.length > 0 ? [`export ${others.map(shellQuoted).join(' ')}`] : []),
    // Shells set `_` for every command anew; only before `exec` itself it is the job's.
    `${underscore ? `_=${shellQuoted(underscore.slice(2))} ` : ''}exec "$@" ${OWN_DESCRIPTORS_CLOSED} 7<&-`,
    '}\n',
  ].join('\n');
}

function remark(dropped: readonly string[]): string {
  const names = characters(Buffer.from(dropped.map(name => bytes(name).toString()).join(', ')));
  return `stint: without /usr/bin/perl these variables cannot be handed to the command: ${names}`;
}

/**
 * A shell may take a name that begins with a dash for an option, and without a PATH looks where it wants. `nice -n 0` runs
 * such a program under its own name, as the system finds it.
 */
function isFoundByShell(program: string, hasPath: boolean): boolean {
  return !program.startsWith('-') && (hasPath || program.includes('/'));
}

const NICE = ['/usr/bin/nice', '-n', '0', '--'];

function needsPerl(entry: string): boolean {
  if (isPath(entry)) return entry.includes('%'); // which dash takes for something else
  return !SHELL_NAME.test(entry) || SPECIAL.has(nameOf(entry));
}

/** Bash gives nearly every name that begins like its own a meaning. */
const SHELL_NAME = /^(?:(?!BASH)[A-Za-z_]\w*|BASH_ENV)=/;

/** Read-only, computed, checked, or obeyed by one of the shells that may be /bin/sh. Hardly ever in an environment. */
const SPECIAL: ReadonlySet<string> = new Set([
  'COPROC',
  'DIRSTACK',
  'EPOCHREALTIME',
  'EPOCHSECONDS',
  'EUID',
  'EXECIGNORE',
  'FUNCNAME',
  'FUNCNEST',
  'GROUPS',
  'HISTCMD',
  'LINENO',
  'OPTIND',
  'PIPESTATUS',
  'PPID',
  'RANDOM',
  'SECONDS',
  'SHELLOPTS',
  'SRANDOM',
  'UID',
]);

function isPath(entry: string): boolean {
  return entry.startsWith('PATH=');
}

function isUnderscore(entry: string): boolean {
  return entry.startsWith('_=');
}

function nameOf(entry: string): string {
  return entry.slice(0, entry.indexOf('=', 1));
}
