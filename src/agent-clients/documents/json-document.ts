/**
 * JSON with comments and trailing commas, as clients take it. The library finds where things stand; what is changed is the text,
 * because what is printed anew loses how it was laid out.
 */
import {getNodeValue, type Node, type ParseError, parseTree, printParseErrorCode, visit} from 'jsonc-parser';

import type {Entry} from '../entry.ts';
import {type Documents, type Place, Unreadable} from './document.ts';
import {inlineJson, type Layout, layoutOf, multilineJson} from './json-layout.ts';
import {type TextEdit, withEdits, withoutMark} from './text-edit.ts';

export const JSON_DOCUMENTS: Documents = {
  read(text, place) {
    const found = serverIn(serversIn(parsed(text), place), place);
    return found && getNodeValue(nodeOfValue(found));
  },

  put(text, place, entry) {
    const [mark, given] = withoutMark(text);
    const source = parsed(given);
    if (source.root === undefined) return `${mark}${begun(source)}${source.layout.lineEnd}`;
    const servers = serversIn(source, place);
    if (servers === undefined)
      return mark + withEdits(given, added(source, source.root, place.servers, {[place.name]: entry}));
    const found = serverIn(servers, place);
    if (found === undefined) return mark + withEdits(given, added(source, servers, place.name, entry));
    const {offset, length} = nodeOfValue(found);
    const value = rendered(source, entry, indentOfLine(given, found.offset), isOneLine(source, servers));
    return mark + withEdits(given, [{from: offset, to: offset + length, text: value}]);

    function begun({layout}: Source): string {
      const whole = multilineJson({[place.servers]: {[place.name]: entry}}, '', layout);
      return given.trim() === '' ? whole : `${given.trimEnd()}${layout.lineEnd}${whole}`;
    }
  },

  remove(text, place) {
    const [mark, given] = withoutMark(text);
    const source = parsed(given);
    const servers = serversIn(source, place);
    const found = serverIn(servers, place);
    return servers === undefined || found === undefined ? text : mark + without(source, servers, found);
  },
};

interface Source {
  readonly text: string;
  /** The same with blanks in place of comments. */
  readonly bare: string;
  /** Undefined of a text that says nothing. */
  readonly root: Node | undefined;
  readonly layout: Layout;
}

function parsed(given: string): Source {
  const [, text] = withoutMark(given);
  const bare = withBlanksForComments(text);
  const layout = layoutOf(text);
  if (bare.trim() === '') return {text, bare, layout, root: undefined};
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, {allowTrailingComma: true});
  const [first] = errors;
  if (first !== undefined || root === undefined)
    throw new Unreadable(`cannot be read as JSON${placeOf(text, first)}`);
  if (root.type !== 'object') throw new Unreadable('holds no object of JSON');
  return {text, bare, root, layout};
}

/** The library's own function moves what stands behind a comment. */
function withBlanksForComments(text: string): string {
  const comments: TextEdit[] = [];
  visit(text, {
    onComment: (from, length) => comments.push({from, to: from + length, text: ' '.repeat(length)}),
  });
  return withEdits(text, comments);
}

function placeOf(text: string, error: ParseError | undefined): string {
  if (error === undefined) return '';
  const before = text.slice(0, error.offset).split('\n');
  const words = printParseErrorCode(error.error).replaceAll(
    /(?<=[a-z])[A-Z]/g,
    each => ` ${each.toLowerCase()}`,
  );
  return ` (line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${words.toLowerCase()})`;
}

function serversIn({root}: Source, {servers}: Place): Node | undefined {
  const found = root && propertyOf(root, servers);
  if (found === undefined) return undefined;
  const value = nodeOfValue(found);
  if (value.type !== 'object') throw new Unreadable(`has something else than an object as "${servers}"`);
  return value;
}

function serverIn(servers: Node | undefined, {name}: Place): Node | undefined {
  return servers && propertyOf(servers, name);
}

/** Of two with one name clients take one or the other. */
function propertyOf(object: Node, key: string): Node | undefined {
  const [found, second] = (object.children ?? []).filter(({children}) => children?.[0]?.value === key);
  if (second !== undefined) throw new Unreadable(`has "${key}" twice`);
  return found;
}

function nodeOfValue(property: Node): Node {
  const value = property.children?.[1];
  if (value === undefined) throw new Unreadable('has a key without a value'); // the parser has told of it
  return value;
}

/** Behind all that stands in an object, comments too. */
function added(
  source: Source,
  object: Node,
  key: string,
  value: Entry | Readonly<Record<string, Entry>>,
): TextEdit[] {
  const {text, bare, layout} = source;
  const last = object.children?.at(-1);
  const close = object.offset + object.length - 1;
  const at = text.slice(0, close).trimEnd().length;
  const hasComma = last !== undefined && bare.slice(endOf(last), close).includes(',');
  const comma = last === undefined || hasComma ? [] : [{from: endOf(last), to: endOf(last), text: ','}];
  const property = (indent: string, inline: boolean) =>
    `${JSON.stringify(key)}: ${rendered(source, value, indent, inline)}${hasComma ? ',' : ''}`;
  if (isOneLine(source, object)) return [...comma, {from: at, to: at, text: ` ${property('', true)}`}];
  const outer = indentOfLine(text, close);
  const indent = last === undefined ? outer + layout.unit : indentOfLine(text, last.offset);
  const rest = text.slice(at, close);
  const end = rest.includes('\n') ? rest : layout.lineEnd + outer;
  return [
    ...comma,
    {from: at, to: close, text: `${layout.lineEnd}${indent}${property(indent, false)}${end}`},
  ];
}

/** With the comma that its neighbours need no more, and the line that it leaves empty. */
function without(source: Source, object: Node, property: Node): string {
  const {text, bare} = source;
  const siblings = object.children ?? [];
  const before = siblings[siblings.indexOf(property) - 1];
  const next = siblings[siblings.indexOf(property) + 1];
  const close = object.offset + object.length - 1;
  const end = endOf(property);
  const comma = bare.slice(end, next?.offset ?? close).indexOf(',');
  const edits = [blankless(source, property.offset, comma < 0 ? end : end + comma + 1)];
  if (comma < 0 && before !== undefined) {
    const its = bare.indexOf(',', endOf(before));
    edits.push({from: its, to: its + 1, text: ''});
  }
  const inside = withEdits(text.slice(0, close), edits).slice(object.offset + 1);
  if (inside.trim() !== '') return withEdits(text, edits);
  return `${text.slice(0, object.offset + 1)}${text.slice(close)}`;
}

/** Blanks before it go where nothing else follows in its line: what follows must not come behind a comment. */
function blankless({text, bare}: Source, from: number, to: number): TextEdit {
  const behind = to + (/^[^\S\r\n]*/.exec(text.slice(to))?.[0].length ?? 0);
  const before = text.slice(0, from).trimEnd().length;
  const isBehindComment = bare.slice(0, from).trimEnd().length < before;
  const isLast = /^\r?\n/.test(text.slice(behind)) || (text[behind] === '}' && !isBehindComment);
  return isLast ? {from: before, to: behind, text: ''} : {from, to: behind, text: ''};
}

function rendered({layout}: Source, value: object, indent: string, inline: boolean): string {
  return inline ? inlineJson(value) : multilineJson(value, indent, layout);
}

/** One that holds something and stands in one line, or an empty one where all is one line. */
function isOneLine({text, root}: Source, object: Node): boolean {
  if (text.slice(object.offset, endOf(object)).includes('\n')) return false;
  return (object.children?.length ?? 0) > 0 || (object !== root && !text.trim().includes('\n'));
}

function indentOfLine(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^\s*/.exec(line)?.[0] ?? '';
}

function endOf({offset, length}: Node): number {
  return offset + length;
}
