/** What commands print, one after the other, as text that is the same each time. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {buffer} from 'node:stream/consumers';

import {PROGRAMS, type Sandbox} from '../sandbox.ts';

export interface Surroundings {
  readonly sandbox: Sandbox;
  /** The `bin/stint` that is driven. */
  readonly bin: string;
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Step {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: string;
  /** On a terminal with so many columns instead of in pipes. */
  readonly columns?: number;
}

/** A command line without quotes, or a step. */
export type Line = string | Step;

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Transcript {
  readonly #place: Surroundings;
  readonly #mask: (text: string) => string;
  #text = '';

  constructor(place: Surroundings, mask: (text: string) => string) {
    this.#place = place;
    this.#mask = mask;
  }

  /** Runs commands one after the other; returns what the last one printed. */
  async run(...lines: readonly Line[]): Promise<Answer> {
    let answer: Answer = {code: null, stdout: '', stderr: ''};
    for (const step of lines.map(stepOf)) {
      answer = await answerTo(this.#place, step);
      this.#add(step, answer);
    }
    return answer;
  }

  /** Runs commands that change nothing, several at the same time. */
  async look(...lines: readonly Line[]): Promise<void> {
    const steps = lines.map(stepOf);
    const answers: Answer[] = [];
    let next = 0;
    const work = async () => {
      for (let at = next++; at < steps.length; at = next++)
        answers[at] = await answerTo(this.#place, steps[at] as Step);
    };
    await Promise.all(Array.from({length: AT_ONCE}, work));
    for (const [at, step] of steps.entries()) this.#add(step, answers[at] as Answer);
  }

  /** The same of text that comes from elsewhere, as from a file. */
  add(title: string, text: string): void {
    this.#text += `# ${title}\n${shown(text)}\n`;
  }

  /** All of it, masked. */
  get text(): string {
    return this.#mask(this.#text);
  }

  #add({args, columns, env}: Step, {code, stdout, stderr}: Answer): void {
    const where = columns === undefined ? '' : ` [${columns} columns]`;
    const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value} `);
    this.#text += `$ ${variables.join('')}stint ${args.map(quoted).join(' ')}${where}\n${shown(stdout)}`;
    if (stderr !== '') this.#text += shown(stderr).replaceAll(/^(?=.)/gm, '2> ');
    this.#text += code === 0 ? '\n' : `[exit code ${code}]\n\n`;
  }
}

const AT_ONCE = 4;

function stepOf(line: Line): Step {
  return typeof line === 'string' ? {args: line === '' ? [] : line.split(' ')} : line;
}

async function answerTo(place: Surroundings, step: Step): Promise<Answer> {
  const stint = [place.bin, ...step.args];
  const [program, args] =
    step.columns === undefined
      ? [process.execPath, stint]
      : ['python3', [join(PROGRAMS, 'on-terminal.py'), `${step.columns}`, '50', process.execPath, ...stint]];
  const child = spawn(program, args, {
    cwd: step.cwd ?? place.cwd,
    env: {...place.sandbox.environment(), ...FIXED, ...place.env, ...step.env},
    stdio: 'pipe',
  });
  const ended = once(child, 'close') as Promise<[number | null]>;
  if (step.columns === undefined) child.stdin.end(step.stdin ?? ''); // the terminal's program reads what to type there
  const [stdout, stderr] = (await Promise.all([buffer(child.stdout), buffer(child.stderr)])).map(bytesAsText);
  const [code] = await ended;
  return {code, stdout: stdout?.replaceAll('\r\n', '\n') ?? '', stderr: stderr ?? ''};
}

/** What is not UTF-8 as `\xff`. */
function bytesAsText(bytes: Buffer): string {
  const text = bytes.toString();
  if (Buffer.from(text).equals(bytes)) return text;
  return bytes.toString('latin1').replaceAll(/[\x80-\xff]/g, byte => `\\x${byte.charCodeAt(0).toString(16)}`);
}

/** Control characters as `\x1b`, long repetitions counted, and with a newline at the end. */
function shown(text: string): string {
  if (text === '') return '';
  const plain = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    .replaceAll(/[\x00-\x09\x0b-\x1f\x7f]/g, byte => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replaceAll(/(.)\1{99,}/gsu, (run, one: string) => `${one}{${[...run].length} times}`);
  return plain.endsWith('\n') ? plain : `${plain}⏎ none\n`;
}

function quoted(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}

const FIXED = {NO_COLOR: '1', TERM: 'xterm', LANG: 'C.UTF-8'};
