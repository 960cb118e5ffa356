import {describe, expect, it} from 'vitest';

import {randomHex} from './random.ts';

describe('randomHex', () => {
  it('gives two hex digits for each byte, others each time', () => {
    const ids = Array.from({length: 100}, () => randomHex(6));
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(new Set(ids).size).toBe(100);
  });
});
