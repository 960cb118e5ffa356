import {setImmediate as nextTurn} from 'node:timers/promises';

import {describe, expect, it} from 'vitest';

import {type JobKey, keyText} from '../../../base/index.ts';
import {type Job, keyOf} from '../../domain/index.ts';
import {queuedJob} from '../../domain/testing/sample-jobs.ts';
import type {Coordinator} from '../build.ts';
import {buildStreams} from './streams.ts';

describe('WatchJobs', () => {
  it('begins with an empty frame and tells each change', async () => {
    const {next, change} = watching();
    expect(await next()).toEqual([{}]);
    expect(change(queuedJob({name: 'a'}))).toBe(1);
    expect(await next()).toMatchObject([{name: 'a', status: 'queued'}]);
    const frames = next();
    await nextTurn();
    change(running('a'));
    expect(await frames).toMatchObject([{name: 'a', status: 'running'}]);
  });

  it('tells a peer that reads slowly only how a job is when it reads on', async () => {
    const {next, change} = watching();
    await next();
    for (const job of [queuedJob({name: 'a'}), queuedJob({name: 'b'}), running('a')]) change(job);
    expect(await next()).toMatchObject([
      {name: 'a', status: 'running'},
      {name: 'b', status: 'queued'},
    ]);
  });

  it('tells it in small pieces', async () => {
    const {next, change} = watching();
    await next();
    const commandText = 'x'.repeat(40_000);
    for (let number = 0; number < 5; number++) change(queuedJob({name: `job-${number}`, commandText}));
    const sizes = [(await next()).length, (await next()).length, (await next()).length];
    expect(sizes).toEqual([2, 2, 1]);
  });

  it('says that anything may have changed when too many have, and goes on from there', async () => {
    const {next, change} = watching();
    await next();
    for (let number = 0; number <= 1000; number++) change(queuedJob({name: `job-${number}`}));
    expect(await next()).toEqual([{}]);
    change(queuedJob({name: 'later'}));
    expect(await next()).toMatchObject([{name: 'later'}]);
  });

  it('ends when it is asked to, and nobody tells it anything any more', async () => {
    const {next, change, abort} = watching();
    await next();
    const last = next();
    await nextTurn();
    abort();
    expect(await last).toEqual([]);
    expect(change(queuedJob())).toBe(0);
  });
});

function running(name: string): Job {
  return {...queuedJob({name}), state: {status: 'running', startedAt: 1, pid: 42}};
}

/** A stream of changes in a ledger that only remembers. */
function watching() {
  const jobs = new Map<string, Job>();
  const listeners = new Set<(job: Job) => void>();
  const jobChanges = {
    add: (_: string, hear: (job: Job) => void) => {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
  const find = (key: JobKey) => jobs.get(keyText(key));
  const streams = buildStreams('/nowhere', {find, jobChanges} as unknown as Coordinator);
  const {repo} = queuedJob().spec;
  const gone = new AbortController();
  const chunks = streams.WatchJobs({repo}, gone.signal)[Symbol.asyncIterator]();
  return {
    /** The frames of the next chunk; none at the end. */
    next: async (): Promise<unknown[]> => {
      const {value} = await chunks.next();
      const lines = value === undefined ? [] : String(value).trimEnd().split('\n');
      return lines.map(line => JSON.parse(line) as unknown);
    },
    /** Tells how many heard of it. */
    change: (job: Job): number => {
      jobs.set(keyText(keyOf(job.spec)), job);
      for (const hear of listeners) hear(job);
      return listeners.size;
    },
    abort: () => gone.abort(),
  };
}
