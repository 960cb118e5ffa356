import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {JoinedLines, type LineStream} from './joined-lines.ts';

interface Piece {
  readonly stream: number;
  readonly text: string;
  readonly isWhole: boolean;
}

function print(pieces: readonly Piece[], mostKept?: number, prefixes: readonly string[] = []): string {
  let printed = '';
  const lines = new JoinedLines(
    text => {
      printed += text;
    },
    mostKept === undefined ? {} : {mostKept},
  );
  const streams = Array.from({length: 3}, (_, at) => lines.stream({prefix: prefixes[at] ?? ''}));
  for (const [at, {stream, text, isWhole}] of pieces.entries()) {
    (streams[stream] as LineStream).add(text, isWhole);
    if (at % 3 === 0) lines.flush();
  }
  for (const stream of streams) stream.end();
  lines.flush();
  return printed;
}

/** Each stream has letters of its own. */
const pieces = fc.array(
  fc.record({stream: fc.nat(2), size: fc.nat(9), isWhole: fc.boolean()}).map(({stream, size, isWhole}) => ({
    stream,
    text: 'abc'[stream]?.repeat(isWhole ? size : size + 1) ?? '',
    isWhole,
  })),
  {maxLength: 60},
);

/** The lines of each stream, and all of them as they end. */
function joinedByHand(all: readonly Piece[]) {
  const open = ['', '', ''];
  const isOpen = [false, false, false];
  const lines: {stream: number; text: string}[] = [];
  for (const {stream, text, isWhole} of all) {
    open[stream] += text;
    isOpen[stream] = !isWhole;
    if (!isWhole) continue;
    lines.push({stream, text: open[stream] ?? ''});
    open[stream] = '';
  }
  for (const stream of [0, 1, 2]) if (isOpen[stream]) lines.push({stream, text: open[stream] ?? ''});
  return lines;
}

describe('any cutting of any streams', () => {
  it('gives the lines, in the order in which they end', () => {
    fc.assert(
      fc.property(pieces, all => {
        expect(print(all)).toBe(
          joinedByHand(all)
            .map(({text}) => `${text}\n`)
            .join(''),
        );
      }),
    );
  });

  it('gives whole lines also where they are printed as they come, as long as little waits for them', () => {
    fc.assert(
      fc.property(pieces, all => {
        const others = all.filter(({stream}) => stream !== 0).reduce((sum, {text}) => sum + text.length, 0);
        const mostKept = others;
        const printed = print(all, mostKept).split('\n').slice(0, -1);
        expect(printed.toSorted()).toEqual(
          joinedByHand(all)
            .map(({text}) => text)
            .toSorted(),
        );
      }),
    );
  });

  it('loses and doubles nothing however little is kept, and never mixes two streams in a line', () => {
    fc.assert(
      fc.property(pieces, fc.nat(30), (all, mostKept) => {
        const lines = print(all, mostKept, ['1', '2', '3']).split('\n').slice(0, -1);
        for (const [stream, letter] of [...'abc'].entries()) {
          const own = lines.filter(line => line.startsWith(String(stream + 1)));
          const wanted = all.filter(piece => piece.stream === stream).map(({text}) => text);
          expect(own.map(line => line.slice(1)).join('')).toBe(wanted.join(''));
          expect(own.every(line => [...line.slice(1)].every(each => each === letter))).toBe(true);
        }
      }),
    );
  });
});

describe('a line that is too long to be kept', () => {
  const piece = (stream: number, text: string, isWhole = false): Piece => ({stream, text, isWhole});

  it('is printed as it comes, and the other stream waits for its end', () => {
    const all = [
      piece(0, 'aaaa'),
      piece(1, 'b', true),
      piece(0, 'aaaa'),
      piece(1, 'bb', true),
      piece(0, 'a', true),
    ];
    expect(print(all, 5)).toBe('b\naaaaaaaaa\nbb\n');
  });

  it('is broken when too much waits', () => {
    const all = [piece(0, 'aaaaaa'), piece(1, 'bbb', true), piece(1, 'bbbb', true), piece(0, 'a', true)];
    expect(print(all, 5)).toBe('aaaaaa\nbbb\nbbbb\na\n');
    expect(print([piece(0, 'aaaaaa'), piece(1, 'bbbbbb'), piece(1, 'b', true), piece(0, 'a', true)], 5)).toBe(
      'aaaaaa\nbbbbbbb\na\n',
    );
  });
});

describe('a line that is to be seen at once', () => {
  function seeing() {
    let printed = '';
    const timers: (() => void)[] = [];
    let isRefused = false;
    const lines = new JoinedLines(
      text => {
        if (isRefused) throw new Error('gone');
        printed += text;
      },
      {
        later: (_ms, callback) => {
          timers.push(callback);
          return () => void timers.splice(timers.indexOf(callback), 1);
        },
      },
    );
    const take = () => {
      lines.flush();
      const text = printed;
      printed = '';
      return text;
    };
    const refuse = () => {
      isRefused = true;
    };
    const [one, other] = [lines.stream({prefix: '1 '}), lines.stream({prefix: '2 '})];
    const show = (text: string) => {
      one.add(text, false);
      one.show();
    };
    return {one, other, show, take, timers, refuse, flush: () => lines.flush()};
  }

  it('is printed as it comes', () => {
    const {one, show, take} = seeing();
    show('a');
    expect(take()).toBe('1 a');
    show('b');
    expect(take()).toBe('b');
    one.add('c', true);
    expect(take()).toBe('c\n');
  });

  it('has others wait for a while, and is broken then', () => {
    const {one, other, show, take, timers} = seeing();
    show('a');
    other.add('x', true);
    other.add('y', true);
    expect([take(), timers.length]).toEqual(['1 a', 1]);
    timers[0]?.();
    expect(take()).toBe('\n2 x\n2 y\n');
    one.add('b', true);
    expect(take()).toBe('1 b\n');
  });

  it('has nobody wait any more when it ends', () => {
    const {one, other, show, take, timers} = seeing();
    show('a');
    other.add('x', true);
    one.add('b', true);
    expect([take(), timers.length]).toEqual(['1 ab\n2 x\n', 0]);
  });

  it('has nobody wait where it overwrites itself', () => {
    const {one, other, show, take} = seeing();
    show('10%');
    show('\r20%');
    other.add('x', true);
    expect(take()).toBe('1 10%\r20%\n2 x\n');
    show('\r30%');
    other.add('y', true);
    expect(take()).toBe('1 \r30%\n2 y\n');
    one.add('', true);
    one.add('next', true);
    expect(take()).toBe('1 next\n');
  });

  it('tells later that it could not be broken because nobody reads', () => {
    const {other, show, timers, refuse, flush, take} = seeing();
    show('a');
    other.add('x', true);
    take();
    refuse();
    timers[0]?.();
    expect(flush).toThrow('gone');
  });
});
