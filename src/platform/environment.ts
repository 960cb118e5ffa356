/** The environment of this process: the only place that reads `process.env`. */
import {isUtf8} from 'node:buffer';
import {readFileSync} from 'node:fs';

import {pathText} from '../base/index.ts';
import {isSureOf} from './files/plain-path.ts';

/** The environment as Node sees it (names and values decoded as UTF-8). */
export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

/** A variable that names a path, as `pathText`; undefined where it is not set. */
export function environmentPath(name: string): string | undefined {
  const value = process.env[name];
  if (value === undefined || isSureOf(value)) return value;
  const given = environmentEntries().find(entry => entry.toString() === `${name}=${value}`);
  return given === undefined ? value : pathText(given.subarray(name.length + 1));
}

/**
 * The environment as `NAME=value` byte strings, exactly as this process was given it where the system tells
 * (Linux: /proc/self/environ); elsewhere as Node decoded it. What the program changed since in `process.env` counts.
 */
export function environmentEntries(): Buffer[] {
  const given = givenEntries();
  if (given === undefined)
    return Object.entries(process.env).map(([name, value]) => Buffer.from(`${name}=${value}`));
  const entries: Buffer[] = [];
  const seen = new Set<string>();
  for (const entry of given) {
    const text = entry.toString();
    const at = text.indexOf('=');
    if (at < 1) continue;
    const name = text.slice(0, at);
    const now = process.env[name];
    if (now === undefined && isReadable(name)) continue;
    if (now === undefined || now === text.slice(at + 1)) entries.push(entry);
    else if (!seen.has(name)) entries.push(Buffer.from(`${name}=${now}`));
    seen.add(name);
  }
  for (const [name, value] of Object.entries(process.env)) {
    if (!seen.has(name) && isReadable(name)) entries.push(Buffer.from(`${name}=${value}`));
  }
  return entries;
}

/** Node finds no variable whose name is a number or not UTF-8, so it cannot have been changed either. */
function isReadable(name: string): boolean {
  return !/^\d+$/.test(name) && !name.includes(REPLACEMENT);
}

const REPLACEMENT = '\uFFFD';

function givenEntries(): Buffer[] | undefined {
  try {
    return splitNul(readFileSync('/proc/self/environ'));
  } catch {
    return undefined; // not Linux
  }
}

/** Splits NUL-terminated byte strings. */
export function splitNul(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, start)) {
    if (at > start) parts.push(bytes.subarray(start, at));
    start = at + 1;
  }
  if (start < bytes.length) parts.push(bytes.subarray(start));
  return parts;
}

/**
 * The bytes of an argument, or of an option's value, that Node handed over as `text`: Node decodes arguments and puts
 * U+FFFD in the place of what is not UTF-8. Where the system does not tell, the text as it is.
 */
export function argumentValue(text: string): Buffer {
  if (text.includes(REPLACEMENT)) {
    for (const bytes of argumentBytes() ?? []) {
      const [option = ''] = /^(--[a-z-]+=|-[a-z]=?)?/i.exec(bytes.toString('latin1')) ?? [];
      for (const value of [bytes, bytes.subarray(option.length)]) if (value.toString() === text) return value;
    }
  }
  return Buffer.from(text);
}

/**
 * Those of the last arguments of this process, as Node handed them over in `words`, that are not UTF-8; but for the last
 * `excepted` of them.
 */
export function undecodedArguments(words: readonly string[], excepted = 0): string[] {
  if (!words.some(word => word.includes(REPLACEMENT))) return [];
  const given = argumentBytes()?.slice(-words.length) ?? [];
  return words
    .slice(0, words.length - excepted)
    .filter((_, at) => given[at] !== undefined && !isUtf8(given[at]));
}

/** The arguments of this process as bytes (Linux), or undefined. */
export function argumentBytes(): Buffer[] | undefined {
  try {
    const bytes = readFileSync('/proc/self/cmdline');
    const parts: Buffer[] = [];
    let start = 0;
    for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, start)) {
      parts.push(bytes.subarray(start, at));
      start = at + 1;
    }
    return parts;
  } catch {
    return undefined; // not Linux
  }
}

/** The file mode creation mask of this process. */
export function currentUmask(): number {
  const mask = process.umask(0o077);
  process.umask(mask);
  return mask;
}
