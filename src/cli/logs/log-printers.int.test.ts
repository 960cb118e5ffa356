import {beforeEach, describe, expect, it, vi} from 'vitest';
import type {LogFilter} from '../../jobs/index.ts';

import {JoinedLines} from '../../jobs/index.ts';
import {dim} from '../output/style.ts';
import {type LogOutput, logPrinter} from './log-printers.ts';
import type {LogMode} from './log-request.ts';

const printed: Buffer[] = [];

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

interface LogStyle {
  readonly prefix?: string;
  readonly onTerminal?: boolean;
}

function printerOf(mode: LogMode, filter: LogFilter, {prefix = '', onTerminal = false}: LogStyle = {}) {
  const write = (text: string | Uint8Array) => void printed.push(Buffer.from(text));
  const lines = new JoinedLines(write);
  const output: LogOutput = {write, lines, onTerminal, isLost: false, statusStyle: dim};
  return logPrinter(mode, filter, output, {prefix});
}

/** What is printed, whether the records come as lines or one by one. */
function print(mode: LogMode, style?: LogStyle, filter: LogFilter = EVERYTHING): Buffer {
  const whole = printerOf(mode, filter, style);
  whole.takeLines(LINES);
  whole.end();
  const text = Buffer.concat(printed.splice(0));
  const printer = printerOf(mode, filter, style);
  for (const line of LINES) printer.takeEntries([{record: JSON.parse(line)}]);
  printer.end();
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
    const printer = printerOf('text', {...EVERYTHING, kinds: new Set(['stdout']), from: 1, to: 2});
    printer.takeLines(LINES.slice(0, 2));
    expect(printer.isPast).toBe(false);
    printer.takeLines(LINES.slice(2, 3));
    expect(printer.isPast).toBe(true);
    expect(Buffer.concat(printed).toString()).toBe('plain\ttext\n');
  });
});

describe('a line that is several records', () => {
  /** Makes a piece as long as those of a line that was cut. */
  const REST = '.'.repeat(65_536);
  const piece = (seq: number, kind: string, text: string, partial?: true) => {
    const data = partial && !text.includes(REST) ? `${REST}${text}` : text;
    return JSON.stringify({seq, ts: 1, kind, data, ...(partial === undefined ? {} : {partial})});
  };
  const text = (lines: readonly string[], filter = EVERYTHING, style?: LogStyle) => {
    const printer = printerOf('text', filter, style);
    printer.takeLines(lines);
    printer.end();
    return Buffer.concat(printed.splice(0)).toString().replaceAll(REST, '');
  };
  const PIECES = [
    piece(0, 'stdout', 'a1', true),
    piece(1, 'stderr', 'x1', true),
    piece(2, 'stdout', 'a2', true),
    piece(3, 'stderr', 'x2'),
    piece(4, 'stdout', 'a3'),
  ];

  it('is printed as one, whatever the other stream holds meanwhile', () => {
    expect(text(PIECES)).toBe('x1x2\na1a2a3\n');
    expect(text(PIECES, {...EVERYTHING, kinds: new Set(['stdout'])}, {prefix: 'p | '})).toBe('p | a1a2a3\n');
  });

  it('is printed from or up to where it is wanted', () => {
    expect(text(PIECES, {...EVERYTHING, from: 2})).toBe('x2\na2a3\n');
    expect(text(PIECES, {...EVERYTHING, to: 2})).toBe('a1a2\nx1\n');
  });

  it('colours and what steers are found also where it is cut', () => {
    const cut = [
      piece(0, 'stdout', 'a\u001b[3', true),
      piece(1, 'stdout', `1mred${REST}\u001b`, true),
      piece(2, 'stdout', '[2J'),
    ];
    expect(text(cut, EVERYTHING, {onTerminal: true})).toBe('a\u001b[31mred\\x1b[2J\u001b[0m\n');
  });

  it('has no end where the output ends, is printed at once all the same, and goes on with what comes later', () => {
    const unfinished = (seq: number, data: string) =>
      JSON.stringify({seq, ts: 1, kind: 'stdout', data, partial: true});
    const lines = [unfinished(0, 'a'), piece(1, 'stderr', 'x'), unfinished(2, 'b'), piece(3, 'stdout', 'c')];
    expect(text(lines.slice(0, 2))).toBe('a\nx\n');
    expect(text(lines)).toBe('abc\nx\n');
    const printer = printerOf('text', EVERYTHING);
    printer.takeLines(lines.slice(0, 1));
    expect(Buffer.concat(printed).toString()).toBe('a');
  });

  it('does not go on where something is missing', () => {
    expect(text([piece(0, 'stdout', 'a', true), piece(2, 'stdout', 'b')])).toBe('a\nb\n');
    const lost = JSON.stringify({seq: 1, ts: 1, kind: 'status', data: {event: 'lost', message: 'some'}});
    const output = {...EVERYTHING, kinds: new Set(['stdout'])};
    expect(text([piece(0, 'stdout', 'a', true), lost, piece(2, 'stdout', 'b')], output)).toBe('a\nb\n');
    const adopted = JSON.stringify({seq: 1, ts: 1, kind: 'status', data: {event: 'adopted', pid: 7}});
    expect(text([piece(0, 'stdout', 'a', true), adopted, piece(2, 'stdout', 'b')], output)).toBe('ab\n');
  });
});
