/**
 * What a person has configured for all repositories: `$XDG_CONFIG_HOME/stint/config.yml`, else `~/.config/stint/config.yml`.
 * Durations are texts, as everywhere. What stands there and is not understood is refused, never passed over.
 */
import {readFileSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';

import {codeOf, messageOf, StintError} from '../base/index.ts';
import {environment} from '../platform/index.ts';

const KEYS = ['linger', 'notify', 'on_stall', 'stall_after'] as const;
type Key = (typeof KEYS)[number];

export interface Configuration extends Readonly<Partial<Record<Key, string>>> {
  readonly path: string;
}

/** Undefined where there is none. Throws `USAGE`, with everything that is wrong in it. */
export async function readConfiguration(): Promise<Configuration | undefined> {
  const {XDG_CONFIG_HOME, HOME = homedir()} = environment();
  const path = join(XDG_CONFIG_HOME || join(HOME, '.config'), 'stint', 'config.yml');
  const text = contentOf(path);
  if (text === undefined) return undefined;
  const {LineCounter, parseDocument, isMap, isScalar} = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, {lineCounter: lines});
  const at = (offset: number) => {
    const {line, col} = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const problems = document.errors.map(error => `${at(error.pos[0])}: ${error.message.split('\n')[0]}`);
  const found: Partial<Record<Key, string>> = {};
  const {contents} = document;
  if (contents !== null && !isMap(contents)) problems.push(`${path}: it is no list of keys and values`);
  for (const {key, value} of isMap(contents) ? contents.items : []) {
    if (!isScalar(key)) continue;
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

function contentOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return undefined;
    throw unusable(path, [messageOf(error)]);
  }
}

function unusable(path: string, problems: readonly string[]): StintError {
  return new StintError('USAGE', `The configuration ${path} cannot be used.`, {hint: problems.join('\n')});
}
