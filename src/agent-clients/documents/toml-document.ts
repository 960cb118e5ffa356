/**
 * TOML. The library finds where tables stand; what is changed is the text, so that comments and layout stay. Only a table of its
 * own, `[servers.name]`, is replaced or taken out: a key in another table, or an inline table, is left to a person.
 */
import {type AST, getStaticTOMLValue, ParseError, parseTOML} from 'toml-eslint-parser';

import {isObject} from '../../base/index.ts';
import type {Entry, EntryValue} from '../entry.ts';
import {type Documents, type Place, Unreadable} from './document.ts';
import {lineEndOf, withEdits, withoutMark} from './text-edit.ts';

export const TOML_DOCUMENTS: Documents = {
  read: (text, place) => valueIn(parsed(withoutMark(text)[1]), place),

  put(text, place, entry) {
    const [mark, given] = withoutMark(text);
    const lineEnd = lineEndOf(given);
    const table = tableOf(place, entry).join(lineEnd);
    const tables = tablesOf(given, place);
    const [first, ...more] = tables;
    if (first === undefined) {
      const before = given.trim() === '' ? given : `${given.trimEnd()}${lineEnd}${lineEnd}`;
      return mark + checked(`${before}${table}${lineEnd}`);
    }
    const rest = more.map(each => wholeLines(given, each));
    return (
      mark + checked(withEdits(given, [{from: first.range[0], to: first.range[1], text: table}, ...rest]))
    );
  },

  remove(text, place) {
    const [mark, given] = withoutMark(text);
    return (
      mark +
      withEdits(
        given,
        tablesOf(given, place).map(table => wholeLines(given, table)),
      )
    );
  },
};

function parsed(text: string): AST.TOMLProgram {
  try {
    return parseTOML(text, {tomlVersion: 'latest'});
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    const {lineNumber, column, message} = error;
    throw new Unreadable(`cannot be read as TOML (line ${lineNumber}, column ${column + 1}: ${message})`);
  }
}

function valueIn(program: AST.TOMLProgram, {servers, name}: Place): unknown {
  const all = getStaticTOMLValue(program)[servers];
  if (all === undefined) return undefined;
  if (!isObject(all)) throw new Unreadable(`has something else than a table as ${servers}`);
  return Object.hasOwn(all, name) ? all[name] : undefined;
}

/** Those of this server, with those below it. Throws where it is written in another way. */
function tablesOf(text: string, place: Place): AST.TOMLTable[] {
  const program = parsed(text);
  if (valueIn(program, place) === undefined) return [];
  const tables = program.body[0].body.filter(
    (node): node is AST.TOMLTable =>
      node.type === 'TOMLTable' &&
      node.resolvedKey[0] === place.servers &&
      node.resolvedKey[1] === place.name,
  );
  const left = withEdits(
    text,
    tables.map(table => wholeLines(text, table)),
  );
  if (tables.length === 0 || valueIn(parsed(left), place) !== undefined)
    throw new Unreadable(`has ${place.servers}.${place.name} in another way than as a table of its own`);
  return tables;
}

/** The lines of a table, the rest of its last one, and an empty line before it. */
function wholeLines(
  text: string,
  {range: [from, end]}: AST.TOMLTable,
): {from: number; to: number; text: string} {
  const lineEnd = text.indexOf('\n', end);
  const to = lineEnd < 0 ? text.length : lineEnd + 1;
  const blank = /(?<=\n)[^\S\n]*\r?\n$/.exec(text.slice(0, from))?.[0] ?? '';
  return {from: from - blank.length, to, text: ''};
}

/** What is defined twice, or in a table that is closed, is refused by its readers. */
function checked(text: string): string {
  try {
    parsed(text);
    return text;
  } catch {
    throw new Unreadable('has its servers in a form to which no table can be added');
  }
}

function tableOf({servers, name}: Place, entry: Entry): string[] {
  const lines = Object.entries(entry).map(([key, value]) => `${keyText(key)} = ${valueText(value)}`);
  return [`[${keyText(servers)}.${keyText(name)}]`, ...lines];
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : stringText(key);
}

function valueText(value: EntryValue): string {
  if (typeof value === 'string') return stringText(value);
  if (typeof value === 'boolean') return String(value);
  if (!isObject(value)) return `[${value.map(stringText).join(', ')}]`;
  const parts = Object.entries(value).map(([key, each]) => `${keyText(key)} = ${stringText(String(each))}`);
  return `{ ${parts.join(', ')} }`;
}

/** A basic string takes the escapes of JSON. */
function stringText(text: string): string {
  return JSON.stringify(text).replaceAll('\u007f', '\\u007f');
}
