/**
 * Redacts a text. All secrets are looked for in the text as it was, then what overlaps becomes one: so no pattern sees the
 * placeholder of another one, and no rest of a secret is left because a part of it was found first.
 */
import {createHmac} from 'node:crypto';

import type {SecretPattern, SecretSpan} from './secret-pattern.ts';

/** What a redactor writes; such a text is no secret any more. */
const PLACEHOLDER = /^\[REDACTED:[a-z0-9-]+:[0-9a-f]{8}\]$/;

interface Finding extends SecretSpan {
  readonly kind: string;
}

export type TextFinder = (text: string) => Finding[];

/** Finds by several patterns; of two that find the same span the first counts. */
export function textFinder(patterns: readonly SecretPattern[]): TextFinder {
  const finders = patterns.map(finderOf);
  return text => {
    let findings: Finding[] = [];
    for (const find of finders) {
      const found = find(text);
      if (found.length > 0) findings = findings.concat(found);
    }
    return findings;
  };
}

function finderOf({kind, hints, pattern}: SecretPattern): TextFinder {
  const spansOf = typeof pattern === 'function' ? pattern : matcher(pattern);
  return text => {
    if (hints !== undefined && !hints.some(hint => text.includes(hint))) return [];
    return Array.from(spansOf(text), span => ({...span, kind}));
  };
}

function matcher(pattern: RegExp): (text: string) => Iterable<SecretSpan> {
  const flags = new Set(`${pattern.flags}gd`.replace('y', ''));
  const all = new RegExp(pattern.source, [...flags].join(''));
  return function* spans(text) {
    for (const match of text.matchAll(all)) {
      const [start, end] = match.indices?.groups?.secret ?? match.indices?.[0] ?? [0, 0];
      if (start < end) yield {start, end};
    }
  };
}

/** The text with a placeholder for each finding; the text itself when there is none. */
export function withPlaceholders(
  text: string,
  findings: readonly Finding[],
  key: string | Uint8Array,
): string {
  const digits = new Map<string, string>(); // of this text only: no secret is kept
  let redacted = '';
  let done = 0;
  for (const {start, end, kind, secret = text.slice(start, end)} of merged(text, findings)) {
    const known = digits.get(secret) ?? digitsOf(secret, key);
    digits.set(secret, known);
    redacted += `${text.slice(done, start)}[REDACTED:${kind}:${known}]`;
    done = end;
  }
  return done === 0 ? text : redacted + text.slice(done);
}

/** Apart from each other, in their order. Sorting keeps the order of those that are equal. */
function merged(text: string, findings: readonly Finding[]): Finding[] {
  const sorted = findings
    .filter(({start, end}) => !PLACEHOLDER.test(text.slice(start, end)))
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const apart: Finding[] = [];
  for (const finding of sorted) {
    const last = apart.at(-1);
    if (last === undefined || finding.start >= last.end) apart.push(finding);
    else if (finding.end > last.end)
      apart[apart.length - 1] = {start: last.start, end: finding.end, kind: last.kind};
  }
  return apart;
}

function digitsOf(secret: string, key: string | Uint8Array): string {
  return createHmac('sha256', key).update(secret).digest('hex').slice(0, 8);
}
