/**
 * What a person has configured for all repositories: `$XDG_CONFIG_HOME/stint/config.yml`, else `~/.config/stint/config.yml`.
 * Durations are texts, as everywhere. What stands there and is not understood is refused, never passed over.
 */
import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {isAbsolute, join} from 'node:path';

import {codeOf, JOB_KEYS, KEEPING_OPTIONS, messageOf, pathBytes, StintError} from '../base/index.ts';
import {environmentPath} from '../platform/index.ts';

const EVENT_LOG_KEYS = ['event_log_backend', 'event_log_dir', 'event_log_sqlite_path'] as const;
const KEEPING_KEYS = KEEPING_OPTIONS.map(({key}) => key);
const KEYS = [...EVENT_LOG_KEYS, ...KEEPING_KEYS, ...JOB_KEYS].sort();
type Key = (typeof KEYS)[number];

export interface Configuration extends Readonly<Partial<Record<Key, string>>> {
  readonly path: string;
}

/** Undefined where there is none. Throws `USAGE`, with everything that is wrong in it. */
export async function readConfiguration(): Promise<Configuration | undefined> {
  const path = configurationPath();
  const text = contentOf(path);
  if (text === undefined) return undefined;
  const {LineCounter, parseDocument, isMap, isScalar} = await import('yaml');
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
  const found: Partial<Record<Key, string>> = {};
  const {contents} = document;
  const isEmpty = contents === null || (isScalar(contents) && contents.value === null);
  if (!isEmpty && !isMap(contents)) problems.push(`${path}: it is no list of keys and values`);
  for (const {key, value} of isMap(contents) ? contents.items : []) {
    if (!isScalar(key)) {
      problems.push(`${path}: a key is no text; allowed are ${KEYS.join(', ')}`);
      continue;
    }
    const name = KEYS.find(each => each === key.value);
    const where = at(key.range?.[0] ?? 0);
    const given = isScalar(value) ? value.value : undefined;
    if (name === undefined)
      problems.push(`${where}: ${String(key.value)} is not known; allowed are ${KEYS.join(', ')}`);
    else if (typeof given === 'string' || typeof given === 'number') found[name] = String(given);
    else problems.push(`${where}: ${name} is no text`);
  }
  if (problems.length > 0) throw unusable(path, problems);
  return {path, ...found};
}

/** As the base directory specification has it, what is not absolute does not count. */
function configurationPath(): string {
  const XDG_CONFIG_HOME = environmentPath('XDG_CONFIG_HOME');
  const HOME = environmentPath('HOME');
  const base =
    XDG_CONFIG_HOME && isAbsolute(XDG_CONFIG_HOME) ? XDG_CONFIG_HOME : join(HOME || homedir(), '.config');
  return join(base, 'stint', 'config.yml');
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
