import {describe, expect, it} from 'vitest';

import {wantsColor} from './style.ts';

describe('wantsColor', () => {
  it('is true on a terminal, unless that is dumb or NO_COLOR is set', () => {
    expect(wantsColor({TERM: 'xterm'}, true)).toBe(true);
    expect(wantsColor({TERM: 'dumb'}, true)).toBe(false);
    expect(wantsColor({TERM: 'xterm', NO_COLOR: '1'}, true)).toBe(false);
  });

  it('is false in a pipe, also under CI, unless FORCE_COLOR is set', () => {
    expect(wantsColor({CI: 'true'}, false)).toBe(false);
    expect(wantsColor({FORCE_COLOR: '1'}, false)).toBe(true);
    expect(wantsColor({FORCE_COLOR: '1', NO_COLOR: '1'}, false)).toBe(false);
  });
});
