import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {type Addressable, matchAddress, parseAddress} from './address.ts';

const HERE = '/repo/main';

const ids = fc.stringMatching(/^[0-9a-f]{12}$/);
/** Few ids that share beginnings, so that prefixes are often ambiguous. */
const closeIds = fc
  .tuple(fc.constantFrom('3f', '3fa', '77'), fc.stringMatching(/^[0-9a-f]{12}$/))
  .map(([start, rest]) => (start + rest).slice(0, 12));
/** Names that an address can hold: no colon, no trailing attempt, not like hex. */
const plainNames = fc.stringMatching(/^[g-zG-Z][A-Za-z ._/-]{0,12}$/).filter(name => !/\.\d+$/.test(name));

/** Jobs as the store lists them: the newest invocation first, no two with the same key. */
const listings = fc
  .array(
    fc.record({
      invocation: fc.oneof(ids, closeIds),
      name: fc.oneof(fc.constantFrom('test', 'build', 'lint', '3fa9', 'a:b'), plainNames),
      attempt: fc.integer({min: 1, max: 3}),
      worktree: fc.constantFrom(HERE, '/repo/other', '/elsewhere/main', null),
      branch: fc.constantFrom('main', 'feature/x', null),
    }),
    {minLength: 1, maxLength: 12},
  )
  .map(unique);

describe('an address', () => {
  it.each([
    ['test', {job: 'test'}],
    ['test@2', {job: 'test', attempt: 2}],
    ['3fa9:test', {invocation: '3fa9', job: 'test'}],
    ['3fa9.2:test', {invocation: '3fa9', attempt: 2, job: 'test'}],
    ['feature/x:test', {worktree: 'feature/x', job: 'test'}],
    ['feature/x:3fa9:test@3', {worktree: 'feature/x', invocation: '3fa9', job: 'test', attempt: 3}],
    ['feature/x:3fa9', {worktree: 'feature/x', invocation: '3fa9'}],
    ['c:/work:3fa9:test', {worktree: 'c:/work', invocation: '3fa9', job: 'test'}],
    ['3fa9', {invocation: '3fa9', job: '3fa9', eitherWay: true}],
    ['@2', {job: '@2'}],
    ['test@0', {job: 'test@0'}],
  ])('%s says what it says', (text, parts) => {
    expect(parseAddress(text)).toEqual({text, ...parts});
  });

  it('can be any text: parsing and matching never fail', () => {
    fc.assert(
      fc.property(fc.string({unit: 'binary'}), listings, (text, jobs) => {
        const match = matchAddress(parseAddress(text), jobs, HERE);
        const found = match.kind === 'jobs' ? match.jobs : match.kind === 'ambiguous' ? match.candidates : [];
        for (const job of found) expect(jobs).toContain(job);
      }),
    );
  });

  it('with the whole id, the name and the attempt means this one job, whatever others there are', () => {
    fc.assert(
      fc.property(listings, fc.nat(), plainNames, (others, at, name) => {
        const chosen: Addressable = {...pick(others, at), name};
        const jobs = unique([chosen, ...others]);
        const text = `${chosen.invocation}:${chosen.name}@${chosen.attempt}`;
        expect(matchAddress(parseAddress(text), jobs)).toEqual({kind: 'jobs', jobs: [chosen]});
      }),
    );
  });

  it('without attempt means the last attempt', () => {
    fc.assert(
      fc.property(listings, fc.nat(), (jobs, at) => {
        const {invocation, name} = pick(jobs, at);
        const last = Math.max(...attemptsOf(jobs, invocation, name));
        const match = matchAddress({text: '', invocation, job: name}, jobs);
        expect(match).toMatchObject({kind: 'jobs', jobs: [{invocation, name, attempt: last}]});
      }),
    );
  });

  it('with the first digits of an id means all its jobs, or lists the candidates of several ids', () => {
    fc.assert(
      fc.property(listings, fc.nat(), fc.integer({min: 2, max: 12}), (jobs, at, digits) => {
        const prefix = pick(jobs, at).invocation.slice(0, digits);
        const meant = jobs.filter(job => job.invocation.startsWith(prefix));
        const match = matchAddress({text: prefix, invocation: prefix}, jobs);
        const several = new Set(meant.map(({invocation}) => invocation)).size > 1;
        expect(match.kind).toBe(several ? 'ambiguous' : 'jobs');
        const found = match.kind === 'jobs' ? match.jobs : match.kind === 'ambiguous' ? match.candidates : [];
        const keys = (list: readonly Addressable[]) =>
          new Set(list.map(({invocation, name}) => `${invocation}/${name}`));
        expect(keys(found)).toEqual(keys(meant));
      }),
    );
  });

  it('with a name alone means its newest run here, or its newest run anywhere if it never ran here', () => {
    fc.assert(
      fc.property(listings, fc.nat(), (jobs, at) => {
        const {name} = pick(jobs, at);
        const runs = jobs.filter(job => job.name === name);
        const {invocation} = runs.find(job => job.worktree === HERE) ?? pick(runs, 0);
        const match = matchAddress({text: name, job: name}, jobs, HERE);
        expect(match).toMatchObject({kind: 'jobs', jobs: [{name, invocation}]});
      }),
    );
  });

  it('names a worktree by its path, the end of its path or its branch', () => {
    const job = {
      invocation: '3fa9c1d2e4b5',
      name: 'test',
      attempt: 1,
      worktree: '/repo/main',
      branch: 'trunk',
    };
    for (const worktree of ['/repo/main', 'main', 'repo/main', 'trunk', '/repo/main/', 'main/']) {
      expect(matchAddress({text: '', worktree, job: 'test'}, [job])).toEqual({kind: 'jobs', jobs: [job]});
    }
    for (const worktree of ['ain', '/main/', '/main', '/', 'runk', '']) {
      expect(matchAddress({text: '', worktree, job: 'test'}, [job])).toEqual({kind: 'none'});
    }
  });

  it('that is a name as well as the beginning of an id lists both', () => {
    const named = {invocation: '000000000000', name: '3fa9', attempt: 1, worktree: null, branch: null};
    const numbered = {invocation: '3fa9c1d2e4b5', name: 'test', attempt: 1, worktree: null, branch: null};
    expect(matchAddress(parseAddress('3fa9'), [numbered])).toEqual({kind: 'jobs', jobs: [numbered]});
    expect(matchAddress(parseAddress('3fa9'), [named])).toEqual({kind: 'jobs', jobs: [named]});
    const match = matchAddress(parseAddress('3fa9'), [named, numbered]);
    expect(match).toEqual({kind: 'ambiguous', candidates: [numbered, named]});
  });

  it('matches nothing where nothing fits', () => {
    fc.assert(
      fc.property(listings, jobs => {
        expect(matchAddress(parseAddress('nowhere:test'), jobs)).toEqual({kind: 'none'});
        expect(matchAddress(parseAddress('test@9'), jobs)).toEqual({kind: 'none'});
      }),
    );
  });
});

function unique<T extends Addressable>(jobs: readonly T[]): T[] {
  const byKey = new Map<string, T>();
  for (const job of jobs) {
    const key = `${job.invocation}/${job.name}/${job.attempt}`;
    if (!byKey.has(key)) byKey.set(key, job);
  }
  return [...byKey.values()];
}

function pick<T>(list: readonly T[], at: number): T {
  const chosen = list[at % list.length];
  if (chosen === undefined) throw new Error('nothing to pick from');
  return chosen;
}

function attemptsOf(jobs: readonly Addressable[], invocation: string, name: string): number[] {
  return jobs.filter(job => job.invocation === invocation && job.name === name).map(({attempt}) => attempt);
}
