/** What the documents of this package show and name: commands, links, words in backticks. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {ROOT} from './package-copy.ts';

export interface Shown {
  /** `README.md:12`. */
  readonly at: string;
  readonly text: string;
}

/** Every Markdown file, relative to the package. */
export function documents(): string[] {
  return ['.', 'docs']
    .flatMap(directory => readdirSync(join(ROOT, directory)).map(name => join(directory, name)))
    .filter(file => file.endsWith('.md'));
}

/** Every command line that begins so, in blocks of `sh` and `console` (behind `$`) and in backticks. */
export function shownCommands(beginning: string): Shown[] {
  return documents().flatMap(file => {
    let block = '';
    return lines(file).flatMap(({at, text}) => {
      const fence = /^```(\w*)/.exec(text);
      if (fence !== null) {
        block = block === '' ? fence[1] || 'text' : '';
        return [];
      }
      const found = block === '' ? inBackticks(text) : inBlock(block, text);
      return found.filter(each => each.startsWith(`${beginning} `)).map(each => ({at, text: each}));
    });
  });
}

/** Where relative links lead to. */
export function links(): Shown[] {
  return documents().flatMap(file =>
    lines(file).flatMap(({at, text}) =>
      [...text.matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)].map(([, to = '']) => ({
        at,
        text: join(file, '..', to),
      })),
    ),
  );
}

/** The part of docs/formats.md under the heading that begins so, up to the next heading as high, without its blocks. */
export function formatsSection(heading: string): string {
  const text = readFileSync(join(ROOT, 'docs', 'formats.md'), 'utf8').replace(/^```[\s\S]*?^```$/gm, '');
  const start = text.indexOf(`\n${heading}`);
  if (start < 0) throw new Error(`docs/formats.md has no heading ${heading}`);
  const section = text.slice(start + 1);
  const next = new RegExp(`\n#{2,${heading.indexOf(' ')}} `).exec(section);
  return next === null ? section : section.slice(0, next.index);
}

/** The words in backticks in the first cells of the tables in a text, in their order. */
export function firstCells(text: string): string[] {
  return text
    .split('\n')
    .filter(line => line.startsWith('| `'))
    .flatMap(line => inBackticks(line.split(' | ')[0] ?? ''));
}

export function inBackticks(text: string): string[] {
  return [...text.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
}

/** The words of a command line up to what a shell would take for itself. Throws at an open quote. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== '' && !/^(#|\||;|>|&)/.test(rest)) {
    const word = /^(?:'[^']*'|"[^"]*"|[^\s'";|])+/.exec(rest)?.[0];
    if (word === undefined) throw new Error(`cannot be read from: ${rest}`);
    words.push(word.replaceAll(/['"]/g, ''));
    rest = rest.slice(word.length).trimStart();
  }
  return words;
}

function inBlock(block: string, text: string): string[] {
  if (block === 'sh') return [text];
  return block === 'console' && text.startsWith('$ ') ? [text.slice(2)] : [];
}

function lines(file: string): Shown[] {
  return readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .map((text, index) => ({at: `${file}:${index + 1}`, text}));
}
