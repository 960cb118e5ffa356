import {describe, expect, it} from 'vitest';

import {type EndedState, lostText} from '../domain/index.ts';
import {afterLook} from './after-look.ts';
import type {ListedJob} from './job-reader.ts';

const LOST: EndedState = {
  status: 'crashed',
  startedAt: 1000,
  pid: 7,
  finishedAt: 5000,
  unseenEnd: 'unknown',
  message: lostText('wrapper', false),
};
const NOTHING = {processes: [], unseen: undefined};
const COMMAND = {pid: 8, command: 'sleep'};

function listed(state: EndedState, aliveAt: number | undefined): ListedJob {
  return {state, aliveAt} as ListedJob;
}

describe('a job that was found without its wrapper', () => {
  const job = listed(LOST, 4000);

  it('goes on when any process of it is there', () => {
    const {state} = afterLook(job, {processes: [COMMAND], unseen: 'other_users'}, 9000);
    expect(state).toEqual({...LOST, unseenEnd: 'still-runs'});
  });

  it('ended between two moments when none is there, and is not said to run', () => {
    const {state, aliveAt} = afterLook(job, NOTHING, 9000);
    expect(state).toEqual({...LOST, unseenEnd: [4000, 9000], message: lostText('wrapper', true)});
    expect(aliveAt).toBeUndefined();
  });

  it('may run where not all could be looked at, or nobody has looked', () => {
    expect(afterLook(job, {processes: [], unseen: 'other_users'}, 9000)).toBe(job);
    expect(afterLook(job, undefined, 9000)).toBe(job);
  });

  it('keeps another reason, and has no bounds that are none', () => {
    const gone = listed({...LOST, message: 'its directory is gone'}, 9000);
    expect(afterLook(gone, NOTHING, 8000).state).toMatchObject({
      unseenEnd: 'unknown',
      message: 'its directory is gone',
    });
  });
});

it('any other job that has ended is told as it is, whatever it left behind', () => {
  const {unseenEnd: _, ...seen} = LOST;
  const job = listed(seen, undefined);
  expect(afterLook(job, NOTHING, 9000)).toBe(job);
});
