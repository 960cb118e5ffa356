import fc from 'fast-check';
import {describe, expect, it} from 'vitest';

import {type Actable, matchToAct} from './acting-match.ts';
import {type Match, parseAddress} from './address.ts';

interface Sample extends Actable {
  readonly id: string;
}

const HERE = '/repo/main';
const OTHER = '/repo/other';

/** `runs here`, `ended other`: a job named web, its own invocation. The newest stands first. */
function listing(...words: readonly string[]): Sample[] {
  return words.map((id, at) => {
    const [state, place, name = 'web'] = id.split(' ');
    const worktree = {here: HERE, other: OTHER, none: null}[place ?? ''] ?? null;
    const invocation = `${9 - at}`.repeat(12);
    const facts = {name, attempt: 1, worktree, branch: worktree === OTHER ? 'topic' : 'main'};
    return {id, invocation, ...facts, hasEnded: state === 'ended'};
  });
}

function told(match: Match<Sample>): unknown {
  const ids = (jobs: readonly Sample[]) => jobs.map(({id}) => id);
  if (match.kind === 'none') return 'none';
  if (match.kind === 'jobs')
    return [...ids(match.jobs), ...(match.others ? ['and', ...ids(match.others)] : [])];
  return {[match.isElsewhere ? 'elsewhere' : 'several']: ids(match.candidates)};
}

describe('a name, to a command that acts,', () => {
  it.each<[string, readonly string[], unknown]>([
    ['means the one that runs, not the newest', ['ended here', 'runs here', 'ended here'], ['runs here']],
    ['means that of this worktree', ['runs other', 'runs here'], ['runs here']],
    [
      'does not choose among several',
      ['runs here', 'runs here', 'runs other'],
      {several: ['runs here', 'runs here']},
    ],
    ['means none of another worktree', ['runs other', 'ended other'], {elsewhere: ['runs other']}],
    ['means none of several others', ['runs other', 'runs none'], {elsewhere: ['runs other', 'runs none']}],
    ['means the newest where all have ended', ['ended other', 'ended here', 'ended here'], ['ended here']],
    [
      'tells of others where those here have ended',
      ['runs other', 'ended here'],
      ['ended here', 'and', 'runs other'],
    ],
    [
      'means one that ended elsewhere where there is no other',
      ['ended other', 'ended other'],
      ['ended other'],
    ],
    ['means nothing where there is none', ['runs here lint'], 'none'],
  ])('%s', (_, jobs, expected) => {
    expect(told(matchToAct(parseAddress('web'), listing(...jobs), HERE))).toEqual(expected);
  });

  it.each<[string, readonly string[], unknown]>([
    ['topic:web', ['ended other', 'runs other', 'runs here'], ['runs other']],
    ['other:web', ['runs other', 'runs other', 'runs here'], {several: ['runs other', 'runs other']}],
    ['topic:web', ['runs here', 'ended other'], ['ended other']],
    ['nowhere:web', ['runs here'], 'none'],
    ['web@1', ['ended here', 'runs here'], ['runs here']],
    ['web@2', ['runs here'], 'none'],
    ['99', ['ended here', 'runs here'], ['ended here']],
    ['9999:web', ['ended other', 'runs here'], ['ended other']],
    ['topic:9999:web', ['runs other', 'runs here'], ['runs other']],
  ])('with more than a name, %s means what it says', (text, jobs, expected) => {
    expect(told(matchToAct(parseAddress(text), listing(...jobs), HERE))).toEqual(expected);
  });

  it('means the last attempt, or exactly the one that is given', () => {
    const [job] = listing('runs here');
    const attempts = [2, 1].map(attempt => ({...(job as Sample), attempt, id: `attempt ${attempt}`}));
    expect(told(matchToAct(parseAddress('web'), attempts, HERE))).toEqual(['attempt 2']);
    expect(told(matchToAct(parseAddress('web@1'), attempts, HERE))).toEqual(['attempt 1']);
  });

  it('is not taken for the beginning of an id as long as it may be either', () => {
    const jobs = listing('runs here 99', 'runs here lint');
    expect(told(matchToAct(parseAddress('99'), jobs, HERE))).toEqual(['runs here 99']); // it is both
    expect(told(matchToAct(parseAddress('88'), [...jobs, ...listing('ended here 88')], HERE))).toEqual({
      several: ['runs here lint', 'ended here 88'],
    });
  });

  it('never means a job that has ended while another one runs, nor one of another worktree', () => {
    const words = fc.tuple(fc.constantFrom('runs', 'ended'), fc.constantFrom('here', 'other', 'none'));
    fc.assert(
      fc.property(
        fc.array(
          words.map(each => each.join(' ')),
          {maxLength: 9},
        ),
        jobs => {
          const all = listing(...jobs);
          const match = matchToAct(parseAddress('web'), all, HERE);
          const running = all.filter(({hasEnded, worktree}) => !hasEnded && worktree === HERE);
          const acted = match.kind === 'jobs' ? match.jobs.filter(({hasEnded}) => !hasEnded) : [];
          expect(acted).toEqual(running.length === 1 ? running : []);
        },
      ),
    );
  });
});
