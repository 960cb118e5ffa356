import {describe, expect, it} from 'vitest';

import {barText, lineText, progressBar} from './progress-bar.ts';

/** What a bar writes, with a clock that is put forward by hand. */
function recorded(columns: number | undefined, isSilent = false) {
  let now = 1000;
  const written: string[] = [];
  const bar = progressBar({
    isSilent,
    clock: {now: () => now},
    write: text => written.push(text),
    columns: () => columns,
  });
  return {
    bar,
    written,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

const CLEAR = '\r\u001b[K';

describe('on a terminal', () => {
  it('is a bar with count, share and the time left', () => {
    expect(barText({title: 'repairing', done: 6, total: 10, note: '3fa9'}, 3000, 80)).toBe(
      `repairing  ${'█'.repeat(18)}${'░'.repeat(12)}  6/10 60%  ETA 2s  3fa9`,
    );
  });

  it('is only a count where nobody knows how much there is', () => {
    expect(barText({title: 'reading', done: 6}, 3000, 80)).toBe('reading  6');
    expect(barText({title: 'reading', done: 0, total: 0}, 3000, 80)).toBe('reading  0/0');
  });

  it('tells no time left before anything is done and after all is', () => {
    expect(barText({title: 'a', done: 0, total: 4}, 3000, 30)).not.toContain('ETA');
    expect(barText({title: 'a', done: 4, total: 4}, 3000, 30)).not.toContain('ETA');
    expect(barText({title: 'a', done: 9, total: 4}, 3000, 40)).toContain('9/4 100%');
  });

  it.each([1, 5, 12, 24, 30, 40, 80, 200])('leaves the last of %d columns free', columns => {
    const text = barText({title: 'repairing it', done: 6, total: 10, note: 'x'.repeat(300)}, 3000, columns);
    expect(text.length).toBeLessThan(columns);
  });

  it('leaves room for letters of two columns', () => {
    expect(barText({title: '修復', done: 1, note: '日本'.repeat(9)}, 0, 20)).toBe('修復  1  日本日本…');
  });

  it('shows what steers a terminal as text', () => {
    expect(barText({title: 'a', done: 1, note: '\u001b[2J'}, 0, 80)).toBe('a  1  \\x1b[2J');
  });

  it('is drawn over, ten times a second at most, and is gone in the end', () => {
    const {bar, written, pass} = recorded(80);
    bar.show({title: 'a', done: 1});
    pass(300);
    bar.show({title: 'a', done: 2});
    pass(99);
    bar.show({title: 'a', done: 3});
    pass(1);
    bar.show({title: 'a', done: 4});
    bar.close();
    expect(written).toEqual([`${CLEAR}a  2`, `${CLEAR}a  4`, CLEAR]);
  });

  it('is not shown for what is over at once', () => {
    const {bar, written} = recorded(80);
    for (let done = 0; done < 100; done++) bar.show({title: 'a', done, total: 100});
    bar.close();
    expect(written).toEqual([]);
  });
});

describe('elsewhere', () => {
  it('is a line now and then', () => {
    const {bar, written, pass} = recorded(undefined);
    for (let done = 0; done < 100; done++) {
      bar.show({title: 'repairing', done, total: 100});
      pass(100);
    }
    bar.close();
    expect(written).toEqual(['stint: repairing: 30/100 30%\n', 'stint: repairing: 80/100 80%\n']);
  });

  it('tells what is being done', () => {
    expect(lineText({title: 'repairing', done: 1, total: 2, note: 'b'})).toBe('repairing: 1/2 50%, b');
  });
});

it('is nothing at all with --json', () => {
  for (const columns of [80, undefined]) {
    const {bar, written, pass} = recorded(columns, true);
    pass(60_000);
    bar.show({title: 'a', done: 1});
    bar.close();
    expect(written).toEqual([]);
  }
});
