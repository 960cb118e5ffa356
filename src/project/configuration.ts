/**
 * What a person has configured for all repositories: `$XDG_CONFIG_HOME/stint/config.yml`, else `~/.config/stint/config.yml`.
 * Durations are texts, as everywhere. What stands there and is not understood is refused, never passed over.
 */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {
  codeOf,
  GROUP_NAME_RULE,
  isGroupName,
  isLimit,
  isObject,
  JOB_KEYS,
  KEEPING_OPTIONS,
  MOST_PARALLEL,
  messageOf,
  pathBytes,
  StintError,
} from '../base/index.ts';
import {configurationHome} from '../platform/index.ts';

const EVENT_LOG_KEYS = ['event_log_backend', 'event_log_dir', 'event_log_sqlite_path'] as const;
const KEEPING_KEYS = KEEPING_OPTIONS.map(({key}) => key);
const TEXT_KEYS = [...EVENT_LOG_KEYS, ...KEEPING_KEYS, ...JOB_KEYS];
/** What more there is, and why a value cannot be it; undefined where it can. */
const OTHER_KEYS = {drop_env: listProblem, groups: groupsProblem, own_scope: switchProblem} as const;
const KEYS = [...TEXT_KEYS, ...Object.keys(OTHER_KEYS)].sort();
type TextKey = (typeof TEXT_KEYS)[number];

export interface Configuration extends Readonly<Partial<Record<TextKey, string>>> {
  readonly path: string;
  /** Names of variables. */
  readonly drop_env?: readonly string[];
  /** How many jobs of a group may run at once, by its name. */
  readonly groups?: Readonly<Record<string, {readonly parallel: number}>>;
  /** Whether a coordinator that is started leaves the cgroup of its starter. */
  readonly own_scope?: boolean;
}

/** Undefined where there is none. Throws `USAGE`, with everything that is wrong in it. */
export async function readConfiguration(): Promise<Configuration | undefined> {
  const path = join(configurationHome(), 'stint', 'config.yml');
  const text = contentOf(path);
  if (text === undefined) return undefined;
  const {LineCounter, parseDocument, isMap, isNode, isScalar} = await import('yaml');
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
  const found: Record<string, unknown> = {};
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
    if (name === undefined) {
      problems.push(`${where}: ${String(key.value)} is not known; allowed are ${KEYS.join(', ')}`);
      continue;
    }
    const given: unknown = isNode(value) ? value.toJS(document) : undefined;
    const problem = (OTHER_KEYS as Readonly<Record<string, typeof textProblem>>)[name] ?? textProblem;
    const why = problem(given);
    if (why !== undefined) problems.push(`${where}: ${name} ${why}`);
    else found[name] = typeof given === 'number' ? String(given) : given;
  }
  if (problems.length > 0) throw unusable(path, problems);
  return {path, ...found};
}

function textProblem(given: unknown): string | undefined {
  return typeof given === 'string' || typeof given === 'number' ? undefined : 'is no text';
}

function switchProblem(given: unknown): string | undefined {
  return typeof given === 'boolean' ? undefined : 'is neither true nor false';
}

function listProblem(given: unknown): string | undefined {
  const isList = Array.isArray(given) && given.every(isVariableName);
  return isList ? undefined : 'is no list of names of variables, such as [RUNNER_TRACKING_ID]';
}

function groupsProblem(given: unknown): string | undefined {
  const isGroups = isObject(given) && Object.entries(given).every(([name, group]) => isGroup(name, group));
  return isGroups
    ? undefined
    : `is no list of groups with their limits from 1 to ${MOST_PARALLEL}, such as {heavy: {parallel: 1}}; a name has ${GROUP_NAME_RULE}`;
}

function isGroup(name: string, group: unknown): boolean {
  return isGroupName(name) && isObject(group) && Object.keys(group).length === 1 && isLimit(group.parallel);
}

function isVariableName(name: unknown): name is string {
  return typeof name === 'string' && /^[^=\0\s]+$/.test(name);
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
