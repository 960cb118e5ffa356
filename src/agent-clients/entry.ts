/** What a client is told of a server, and whose entry it is that stands there already. Pure. */
import {basename} from 'node:path';
import {isDeepStrictEqual} from 'node:util';

import {isObject} from '../base/index.ts';

/** The keys and values that a client takes. */
export type Entry = Readonly<Record<string, EntryValue>>;
export type EntryValue = string | boolean | readonly string[] | Readonly<Record<string, string>>;

/** How stint is started by a client. */
export interface Start {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that the server needs, whatever environment the client gives it. */
  readonly env: Readonly<Record<string, string>>;
}

/** `ours`: it starts the server of stint, but otherwise than it would be written now. `strange`: it does something else. */
export type Standing = 'none' | 'same' | 'ours' | 'strange';

export function standingOf(found: unknown, wanted: Entry): Standing {
  if (found === undefined) return 'none';
  if (isDeepStrictEqual(plain(found), plain(wanted))) return 'same';
  return startsStint(found) ? 'ours' : 'strange';
}

/** Whether somewhere in its command stands `stint`, or a path that ends so, and `mcp` behind it. */
function startsStint(found: unknown): boolean {
  if (!isObject(found)) return false;
  const words = [found.command, found.args].flat();
  return words.some(
    (word, at) => typeof word === 'string' && basename(word) === 'stint' && words[at + 1] === 'mcp',
  );
}

/** As JSON has it: libraries make objects of kinds of their own. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
