/** How JSON is laid out in a text, and values laid out so. */
import {isObject} from '../../base/index.ts';
import {lineEndOf} from './text-edit.ts';

export interface Layout {
  /** By how much a level stands further in. */
  readonly unit: string;
  readonly lineEnd: string;
}

/** As the first line that stands further in has it. */
export function layoutOf(text: string): Layout {
  return {unit: /^([ \t]+)["}]/m.exec(text)?.[1] ?? '  ', lineEnd: lineEndOf(text)};
}

/** Each key of an object in a line of its own; lists in one. */
export function multilineJson(value: unknown, indent: string, layout: Layout): string {
  if (!isObject(value)) return inlineJson(value);
  const inner = indent + layout.unit;
  const lines = Object.entries(value).map(
    ([key, each]) => `${inner}${JSON.stringify(key)}: ${multilineJson(each, inner, layout)}`,
  );
  return ['{', lines.join(`,${layout.lineEnd}`), `${indent}}`].join(layout.lineEnd);
}

export function inlineJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inlineJson).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const parts = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${inlineJson(each)}`);
  return `{${parts.join(', ')}}`;
}
