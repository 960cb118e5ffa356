import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {isSmallOnly, type PatternOptions, parsePattern} from './pattern.ts';

function matching(source: string, texts: readonly string[], options?: PatternOptions): string[] {
  const found = parsePattern(source, '--grep', options).matches(texts);
  return texts.filter((_, at) => found[at]);
}

it('tells which texts hold it', () => {
  const texts = ['one', 'two', 'Three', 'a.b', 'axb', ''];
  expect(matching('o', texts)).toEqual(['one', 'two']);
  expect(matching('^t|^a', texts)).toEqual(['two', 'a.b', 'axb'].filter(text => /^t|^a/.test(text)));
  expect(matching('^t', texts, {ignoreCase: true})).toEqual(['two', 'Three']);
  expect(matching('ONE', texts, {ignoreCase: true})).toEqual(['one']);
  expect(matching('a\\.b', texts)).toEqual(['a.b']);
  expect(matching('', texts)).toEqual(texts);
  expect(matching('^\\p{Lu}', texts)).toEqual(['Three']);
});

describe('a text that all that matches holds', () => {
  it.each([
    ['error: "x"', 'error: "x"'],
    ['error.*timeout', 'timeout'],
    ['^abc$', 'abc'],
    ['colou?r', 'colo'],
    ['ab+?cde', 'cde'],
    ['abc+d', 'abc'],
    ['xa*?bc', 'bc'],
    ['a*', undefined],
    ['', undefined],
    ['abc|d', undefined],
    ['(abc)?', undefined],
    ['[abc]', undefined],
    ['a{3}', undefined],
    ['\\w', undefined],
  ])('of %s is %j', (source, literal) => {
    expect(parsePattern(source, '--grep').literal).toBe(literal);
  });

  it('is not told where case does not count', () => {
    expect(parsePattern('abc', '--grep', {ignoreCase: true}).literal).toBeUndefined();
  });

  it('is in every text that matches', () => {
    const atom = fc.tuple(
      fc.constantFrom('a', 'b', '.', 'c'),
      fc.constantFrom('', '', '*', '+', '?', '+?', '*?'),
    );
    const sources = fc.array(atom, {minLength: 1, maxLength: 6}).map(atoms => atoms.flat().join(''));
    const texts = fc.array(fc.constantFrom('a', 'b', 'c'), {maxLength: 8}).map(letters => letters.join(''));
    fc.assert(
      fc.property(sources, texts, (source, text) => {
        const {literal = ''} = parsePattern(source, '--grep');
        if (new RegExp(source).test(text)) expect(text).toContain(literal);
      }),
    );
  });
});

it.each([
  ['(', 'Unterminated group'],
  ['a{2,1}', 'numbers out of order in {} quantifier'],
  ['[b-a]', 'Range out of order in character class'],
  ['*', 'Nothing to repeat'],
  ['\\p{Nonsense}', 'Invalid property name'],
])('%s is refused, with the reason', (source, reason) => {
  expect(() => parsePattern(source, '--grep')).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: expect.stringContaining(`no regular expression: ${reason}`),
    }),
  );
});

it('one that is too large is refused', () => {
  const nested = `${'('.repeat(30_000)}${')'.repeat(30_000)}`;
  expect(() => parsePattern(nested, '--grep')).toThrow(expect.objectContaining({code: 'USAGE'}));
});

it('shows of a pattern no more than fits, and nothing that steers', () => {
  const message = (source: string) => {
    try {
      parsePattern(source, '--grep');
    } catch (error) {
      return String(error);
    }
    return '';
  };
  expect(message('\u001b[2J(')).toContain("--grep is '\\x1b[2J('");
  expect(message(`${'x'.repeat(100_000)}(`).length).toBeLessThan(400);
});

describe('a pattern that explodes', () => {
  const patienceMs = 150;
  const long = `${'a'.repeat(40)}!`;

  it('is matched in time by the length of the text where V8 can', () => {
    expect(matching('(a+)+$', [long, 'aaa'], {patienceMs})).toEqual(['aaa']);
    expect(matching('^(([a-z])+.)+[A-Z]([a-z])+$', [long], {patienceMs})).toEqual([]);
    expect(matching('(a*)*b', ['a'.repeat(100_000)], {patienceMs: 2000})).toEqual([]);
  });

  it.each([
    ['(?=(a+)+b)', [long]],
    ['(a+)+\\1$', [long]],
    ['(.*)\\1(.*)\\2x$', ['a'.repeat(3000)]],
    ['((a{1,50}){1,50}){1,50}$', [`${'a'.repeat(60)}!`]],
    ['a.*b.*c.*d.*e', ['ab'.repeat(500_000)]],
    // Not one text alone takes long.
    ['(?=(a+)+b)', Array.from({length: 100_000}, () => `${'a'.repeat(18)}!`)],
  ])('is given up in one sentence elsewhere: %s', (source, texts) => {
    const pattern = parsePattern(source, '--grep', {patienceMs});
    const begin = performance.now();
    const message = `Gave up on --grep '${source}': matching it takes too long.`;
    const givenUp = expect.objectContaining({code: 'USAGE', message});
    expect(() => pattern.matches(texts)).toThrow(givenUp);
    expect(performance.now() - begin).toBeLessThan(10_000);
    expect(() => pattern.matches(['a'])).toThrow(givenUp);
  });

  it('has its limit for all that it is asked', () => {
    const pattern = parsePattern('(?=(a+)+b)', '--grep', {patienceMs});
    const asked = () => {
      for (let times = 0; times < 100_000; times++) pattern.matches([`${'a'.repeat(18)}!`]);
    };
    expect(asked).toThrow('Gave up');
  });
});

it('only small letters are those of which none is a capital, what stands behind a backslash left aside', () => {
  expect(['abc', '\\Sabc\\B', '\\p{Lu}x', '\\\\s', 'é'].map(isSmallOnly)).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(['Abc', 'aÉ', '\\\\S'].map(isSmallOnly)).toEqual([false, false, false]);
});
