import {beforeEach, expect, it} from 'vitest';

import {LiveLine} from './live-line.ts';

const ERASED = '\r\u001b[K';
const [one, other] = [{}, {}];
let written = '';
let columns = 20;
let live: LiveLine;
beforeEach(() => {
  columns = 20;
  written = '';
  live = new LiveLine({
    write: text => {
      written += text;
    },
    columns: () => columns,
    widthOf: text => [...text].reduce((sum, each) => sum + (each === '日' ? 2 : 1), 0),
  });
});

function take(): string {
  const text = written;
  written = '';
  return text;
}

function drawn(line: object, more: string, prefix = ''): string {
  live.add(line, prefix, more);
  live.draw();
  return take();
}

it('is drawn in place as it grows, from its last return on', () => {
  expect(drawn(one, '\r10%')).toBe('10%');
  expect(drawn(one, ' of it')).toBe(`${ERASED}10% of it`);
  expect(drawn(one, '\r20%')).toBe(`${ERASED}20%`);
  expect(drawn(one, '\r\r')).toBe('');
  expect(drawn(one, '30%\r')).toBe(`${ERASED}30%`);
});

it('shows as much of its end as fits in one row, without colours then, and never lets it steer', () => {
  expect(drawn(one, '\u001b[32m日\u001b[2J', 'p | ')).toBe('p | \u001b[32m日\\x1b[2J\u001b[0m');
  expect(drawn(one, '\r\u001b[32m0123456789\t日日日', 'p | ')).toBe(`${ERASED}p | …3456789 日日日`);
  columns = 6;
  expect(drawn(other, 'abcdef')).toBe(`${ERASED}…cdef`);
});

it('is taken away for what is printed and drawn again below', () => {
  drawn(one, 'half');
  live.print('line\n');
  expect(take()).toBe(`${ERASED}line\nhalf`);
  live.takeAway();
  live.draw();
  expect(take()).toBe(`${ERASED}half`);
  expect(live.drop(one)).toBe(true);
  live.print('half a line\n');
  expect(take()).toBe(`${ERASED}half a line\n`);
  expect(live.drop(one)).toBe(false);
});

it('waits while something else has no end on the terminal', () => {
  live.print('begun');
  expect([take(), drawn(one, 'half')]).toEqual(['begun', '']);
  live.print(' and ended\n');
  expect(take()).toBe(' and ended\nhalf');
});

it('is of several the one that changed last, and the others come back', () => {
  drawn(one, 'a');
  expect(drawn(other, 'b')).toBe(`${ERASED}b`);
  live.drop(other);
  live.draw();
  expect(take()).toBe(`${ERASED}a`);
});

it('stays where it is at the end', () => {
  drawn(one, 'a');
  drawn(other, 'b');
  take();
  live.leave(one);
  live.leave(other);
  live.leave(other);
  expect(take()).toBe('\n');
});
