import {describe, expect, it} from 'vitest';

import {decideRepoId} from './decide-repo-id.ts';

describe('decideRepoId', () => {
  const here = {
    found: '0123456789abcdef',
    registeredCommonDir: '/here/.git',
    commonDir: '/here/.git',
    originalStillHasId: false,
  };

  it('mints an id where there is none', () => {
    expect(decideRepoId({...here, found: undefined, registeredCommonDir: undefined})).toBe('mint');
  });

  it('uses an id that is registered for this place or for none', () => {
    expect(decideRepoId(here)).toBe('use');
    expect(decideRepoId({...here, registeredCommonDir: undefined})).toBe('use');
  });

  it('keeps the id of a repository that was moved here', () => {
    expect(decideRepoId({...here, registeredCommonDir: '/there/.git'})).toBe('move');
  });

  it('mints an id for a copy whose original is still there', () => {
    expect(decideRepoId({...here, registeredCommonDir: '/there/.git', originalStillHasId: true})).toBe(
      'mint',
    );
  });
});
