import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

const named = (...names: string[]) => names.map(name => ({name}));

/** The style asks the environment only once. */
async function prefixes(...names: string[]): Promise<string[]> {
  vi.resetModules();
  return (await import('./log-prefixes.ts')).logPrefixes(named(...names));
}

afterEach(() => vi.unstubAllEnvs());

describe('without colours', () => {
  beforeEach(() => {
    vi.stubEnv('NO_COLOR', '1');
  });

  it('are the names, as wide as the widest on a terminal', async () => {
    expect(await prefixes('a', 'long', '日本')).toEqual(['a    | ', 'long | ', '日本 | ']);
  });

  it('let a very long name stick out', async () => {
    const name = 'x'.repeat(100);
    expect(await prefixes('a', name)).toEqual([`a${' '.repeat(23)} | `, `${name} | `]);
  });
});

it('are in colours, a different one for each of six jobs, with the padding outside', async () => {
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('FORCE_COLOR', '1');
  const [a, b, ...rest] = await prefixes('a', 'bc', 'd', 'e', 'f', 'g', 'h');
  expect([a, b]).toEqual(['\u001b[36ma\u001b[39m  | ', '\u001b[35mbc\u001b[39m | ']);
  const colours = [a, b, ...rest].map(prefix => prefix?.slice(0, 5));
  expect(new Set(colours).size).toBe(6);
  expect(colours[6]).toBe(colours[0]);
});
