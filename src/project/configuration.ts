/**
 * What a person has configured for all repositories: `$XDG_CONFIG_HOME/stint/config.yml`, else `~/.config/stint/config.yml`.
 * Durations are texts, as everywhere. What stands there and is not understood is refused, never passed over.
 */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {codeOf, JOB_KEYS, KEEPING_OPTIONS, messageOf, pathBytes, StintError} from '../base/index.ts';
import {configurationHome} from '../platform/index.ts';

const EVENT_LOG_KEYS = ['event_log_backend', 'event_log_dir', 'event_log_sqlite_path'] as const;
const KEEPING_KEYS = KEEPING_OPTIONS.map(({key}) => key);
const TEXTS = [...EVENT_LOG_KEYS, ...KEEPING_KEYS, ...JOB_KEYS] as const;
const SWITCHES = ['own_scope'] as const;
const LISTS = ['drop_env'] as const;
const KEYS = [...TEXTS, ...SWITCHES, ...LISTS].sort();
type Settings = Partial<
  Record<(typeof TEXTS)[number], string> &
    Record<(typeof SWITCHES)[number], boolean> &
    Record<(typeof LISTS)[number], readonly string[]>
>;

export interface Configuration extends Readonly<Settings> {
  readonly path: string;
}

/** Undefined where there is none. Throws `USAGE`, with everything that is wrong in it. */
export async function readConfiguration(): Promise<Configuration | undefined> {
  const path = join(configurationHome(), 'stint', 'config.yml');
  const text = contentOf(path);
  if (text === undefined) return undefined;
  const {LineCounter, parseDocument, isMap, isScalar, isSeq} = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, {lineCounter: lines});
  const at = (offset: number) => {
    const {line, col} = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const problems = [...document.errors, ...document.warnings].map(
    ({pos, message}) => `${at(pos[0])}: ${message.split('\n')[0]}`,
  );
  if (problems.length > 0) throw unusable(path, problems); // what follows would only be their consequence
  const found: Settings = {};
  const plain = (node: unknown) => (isScalar(node) ? node.value : undefined);
  const {contents} = document;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  if (!isEmpty && !isMap(contents)) problems.push(`${path}: it is no list of keys and values`);
  for (const {key, value} of isMap(contents) ? contents.items : []) {
    if (!isScalar(key)) {
      problems.push(`${path}: a key is no text; allowed are ${KEYS.join(', ')}`);
      continue;
    }
    const where = at(key.range?.[0] ?? 0);
    const problem = take(found, String(key.value), isSeq(value) ? value.items.map(plain) : plain(value));
    if (problem !== undefined) problems.push(`${where}: ${problem}`);
  }
  if (problems.length > 0) throw unusable(path, problems);
  return {path, ...found};
}

/** Takes one setting in; tells what is wrong with it, if anything is. */
function take(found: Settings, key: string, value: unknown): string | undefined {
  const [text, choice, list] = [keyIn(TEXTS, key), keyIn(SWITCHES, key), keyIn(LISTS, key)];
  if (text !== undefined) {
    const given = textOf(value);
    if (given === undefined) return `${key} is no text`;
    found[text] = given;
  } else if (choice !== undefined) {
    if (typeof value !== 'boolean') return `${key} is neither true nor false`;
    found[choice] = value;
  } else if (list !== undefined) {
    const names = Array.isArray(value) ? value.map(textOf) : [undefined];
    if (!names.every(isVariableName))
      return `${key} is no list of names of variables, such as [RUNNER_TRACKING_ID]`;
    found[list] = names;
  } else return `${key} is not known; allowed are ${KEYS.join(', ')}`;
  return undefined;
}

function keyIn<Key extends string>(keys: readonly Key[], text: string): Key | undefined {
  return keys.find(each => each === text);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}

function isVariableName(name: string | undefined): name is string {
  return name !== undefined && /^[^=\0\s]+$/.test(name);
}

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(pathBytes(path), 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw unusable(path, [messageOf(error)]);
  }
}

function unusable(path: string, problems: readonly string[]): StintError {
  return new StintError('USAGE', `The configuration ${path} cannot be used.`, {hint: problems.join('\n')});
}
