import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {visible} from './visible.ts';
import {visibleLine} from './visible-lines.ts';

describe('visible', () => {
  it.each([
    ['plain — 日本 👩‍🚀', 'plain — 日本 👩‍🚀'],
    ['a\u001b[2Jb\u0007', 'a\\x1b[2Jb\\x07'],
    ['tab\tnew\nline\r', 'tab\\x09new\\x0aline\\x0d'],
    ['\u0000\u007f\u009b', '\\x00\\x7f\\x9b'],
    ['\u202egnp.exe\u2028', '\\u202egnp.exe\\u2028'],
  ])('shows %j as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves no control character, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), text => !/\p{Cc}/u.test(visible(text))),
      {numRuns: 50},
    );
  });
});

describe('visibleLine', () => {
  it('keeps tabs and colours, and ends the colours with the line', () => {
    expect(visibleLine('a\tb')).toBe('a\tb');
    expect(visibleLine('\u001b[1;31mred\u001b[K')).toBe('\u001b[1;31mred\u001b[K\u001b[0m');
    expect(visibleLine('\u001b[38:2::1:2:3mx')).toBe('\u001b[38:2::1:2:3mx\u001b[0m');
  });

  it('shows what would move the cursor, clear the screen, ring or set a title', () => {
    expect(visibleLine('\u001b[2J\u001b[H\u001b]0;x\u0007\b')).toBe('\\x1b[2J\\x1b[H\\x1b]0;x\\x07\\x08');
    expect(visibleLine('cut off \u001b[3')).toBe('cut off \\x1b[3');
  });

  it('puts the prefix before the line and again before what overwrites it', () => {
    expect(visibleLine('10%\r20%', 'a | ')).toBe('a | 10%\ra | 20%');
    expect(visibleLine('10%\r20%')).toBe('10%\r20%');
  });
});
