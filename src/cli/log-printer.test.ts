import {beforeEach, describe, expect, it, vi} from 'vitest';

import type {LogFilter} from './log-filter.ts';
import {type LogMode, type LogStyle, logPrinter} from './log-printer.ts';

const printed = vi.hoisted((): Buffer[] => []);
vi.mock('./output/write.ts', () => ({out: (text: string | Buffer) => printed.push(Buffer.from(text))}));

const EVERYTHING: LogFilter = {
  kinds: new Set(['stdout', 'stderr', 'status']),
  from: 0,
  to: Number.MAX_SAFE_INTEGER,
  ageMs: undefined,
  tail: undefined,
  all: false,
};

const LINES = [
  '{"seq":0,"ts":1,"kind":"status","data":{"event":"started","pid":7}}',
  '{"seq":1,"ts":2,"kind":"stdout","data":"plain\\ttext"}',
  '{"seq":2,"ts":3,"kind":"stderr","data":"\\u001b[31mred\\u001b[2J"}',
  '{"seq":3,"ts":4,"kind":"stdout","data":"/5s=","enc":"base64","crlf":true}',
  '{"seq":4,"ts":5,"kind":"stdout","data":"10%\\r20%","partial":true}',
];

beforeEach(() => {
  vi.stubEnv('FORCE_COLOR', '1');
  vi.stubEnv('NO_COLOR', undefined);
  printed.length = 0;
});

/** What is printed, whether the records come as lines or one by one. */
function print(mode: LogMode, style?: LogStyle, filter: LogFilter = EVERYTHING): Buffer {
  logPrinter(mode, filter, style).print(LINES);
  const text = Buffer.concat(printed.splice(0));
  const printer = logPrinter(mode, filter, style);
  for (const line of LINES) printer.printRecord(JSON.parse(line));
  expect(Buffer.concat(printed.splice(0))).toEqual(text);
  return text;
}

const DIM = ['\u001b[2m', '\u001b[22m'];

it('prints text as the job wrote it, and bytes that are no text as Latin-1', () => {
  expect(print('text').toString()).toBe(
    `${DIM[0]}# started pid=7${DIM[1]}\nplain\ttext\n\u001b[31mred\u001b[2J\n\u00ff\u009b\n10%\r20%\n`,
  );
});

it('prints a prefix before every line', () => {
  const lines = print('text', {prefix: 'job | '}).toString().split('\n');
  expect(lines.slice(0, -1).map(line => line.slice(0, 6))).toEqual(Array(5).fill('job | '));
});

it('does not let lines steer a terminal, but for their colours', () => {
  expect(print('text', {prefix: 'job | ', onTerminal: true}).toString().split('\n').slice(1)).toEqual([
    'job | plain\ttext',
    'job | \u001b[31mred\\x1b[2J\u001b[0m',
    'job | ÿ\\x9b',
    'job | 10%\rjob | 20%',
    '',
  ]);
});

it('prints bytes as they were, also on a terminal, without status', () => {
  const raw = print('raw', {prefix: 'job | ', onTerminal: true});
  expect(raw.toString('latin1')).toBe('plain\ttext\n\u001b[31mred\u001b[2J\n\u00ff\u009b\r\n10%\r20%');
});

it('prints records as they are in the file', () => {
  expect(print('json', {onTerminal: true}).toString()).toBe(`${LINES.join('\n')}\n`);
  expect(print('json', {}, {...EVERYTHING, all: true}).toString()).toBe(`${LINES.join('\n')}\n`);
});

describe('the end of what is wanted', () => {
  it('is known at the last number wanted, also when that record is not', () => {
    const printer = logPrinter('text', {...EVERYTHING, kinds: new Set(['stdout']), from: 1, to: 2});
    printer.print(LINES.slice(0, 2));
    expect(printer.isPast).toBe(false);
    printer.print(LINES.slice(2, 3));
    expect(printer.isPast).toBe(true);
    expect(Buffer.concat(printed).toString()).toBe('plain\ttext\n');
  });
});
