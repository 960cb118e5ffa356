/** What stint says of a situation, by each of its commands. */
import type {Finished} from '../support/sandbox.ts';
import {COMMANDS, type Command} from './situation.ts';
import type {Stage} from './stage.ts';

export interface Answer {
  /** Undefined where the command has nothing to tell, or told no JSON. */
  readonly json: unknown;
  /** What it says to people, on both streams, without ids and command lines: those are the job's own words. */
  readonly text: string;
  readonly codes: readonly (number | null)[];
}

export type Answers = {readonly [command in Command]: Answer};

const WORDS: {readonly [command in Command]: readonly string[]} = {
  ls: ['ls', '--all'],
  status: ['status', 'job'],
  report: ['progress', 'report', 'job'],
  stats: ['stats', 'job'],
};

/** Asks all of them, one after the other. */
export async function ask(stage: Stage): Promise<Answers> {
  const answers: Partial<Record<Command, Answer>> = {};
  const ids = await invocationsOf(stage);
  for (const command of COMMANDS) answers[command] = await askOne(stage, command, ids);
  return answers as Answers;
}

/** Without them an id like `58056d` would read as so many days. */
async function invocationsOf(stage: Stage): Promise<string[]> {
  const {stdout} = await stage.sandbox.stint(['ls', '--all', '--json'], stage.runOptions);
  return [...stdout.matchAll(/"invocation_(?:id|short)": ?"(\w+)"/g)].map(([, id]) => id ?? '');
}

async function askOne(stage: Stage, command: Command, ids: readonly string[]): Promise<Answer> {
  const asked = (more: readonly string[]) =>
    stage.sandbox.stint([...WORDS[command], ...more], stage.runOptions);
  const [inJson, forPeople] = await Promise.all([asked(['--json']), asked([])]);
  return {
    json: jsonOf(command, inJson),
    text: withoutIds(withoutCommands(`${forPeople.stdout}${forPeople.stderr}`), ids),
    codes: [inJson.code, forPeople.code],
  };
}

/** Of `ls` the job that was submitted last. */
function jsonOf(command: Command, {stdout}: Finished): unknown {
  try {
    const json: unknown = JSON.parse(stdout);
    return command === 'ls' && Array.isArray(json) ? json[0] : json;
  } catch {
    return undefined;
  }
}

function withoutIds(text: string, ids: readonly string[]): string {
  return ids.reduce((rest, id) => rest.replaceAll(id, '(id)'), text);
}

/** They are the last column of a list; in `status` facts of their own, with lines below. */
function withoutCommands(text: string): string {
  const lines = text.split('\n');
  const command = lines.findIndex(line => line.startsWith('  command '));
  if (command < 0) return lines.map(line => line.replace(/ (bash|python3|\/\S*node) -.*/, '')).join('\n');
  const after = lines.findIndex(line => line.startsWith('  started '));
  return [...lines.slice(0, command), ...lines.slice(after < 0 ? command : after)].join('\n');
}
