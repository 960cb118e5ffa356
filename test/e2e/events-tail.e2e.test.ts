/** `stint events tail`: what is there, then what comes, from other processes. */
import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {existsSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type Reading, reading} from '../support/reading.ts';
import {Sandbox, until} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

async function append(topic: string, ...payloads: number[]): Promise<void> {
  for (const payload of payloads)
    await sandbox.ok(['events', 'append', topic, String(payload), '--kind', 'n']);
}

interface Tail {
  readonly child: ChildProcess;
  readonly read: Reading;
  readonly payloads: () => unknown[];
}

function tail(line: string): Tail {
  const child = sandbox.start(['events', 'tail', ...line.split(' ')]);
  const read = reading(child);
  const whole = () => read.text.slice(0, read.text.lastIndexOf('\n') + 1).split('\n');
  const payloads = () =>
    whole()
      .filter(each => each !== '')
      .map(each => (JSON.parse(each) as {payload: unknown}).payload);
  return {child, read, payloads};
}

async function printed(line: string): Promise<unknown[]> {
  const {read, payloads} = tail(line);
  expect([await read.ended, read.stderr]).toEqual([0, '']);
  return payloads();
}

describe('stint events tail', () => {
  it('prints what is there and what another process appends, until Ctrl-C', async () => {
    await append('t', 1, 2);
    const {child, read, payloads} = tail('t');
    await until(() => payloads().length === 2);
    await append('t', 3);
    await append('other', 0);
    await append('t', 4);
    await until(() => payloads().length === 4);
    child.kill('SIGINT');
    expect([await read.ended, read.stderr]).toEqual([0, '']);
    expect(payloads()).toEqual([1, 2, 3, 4]);
  });

  it('begins behind an id or with the last ones, and ends after so many', async () => {
    await append('t', 1, 2, 3, 4);
    expect(await printed('t --count 2')).toEqual([1, 2]);
    expect(await printed('t --after 1 --count 2')).toEqual([2, 3]);
    expect(await printed('t --last 2 --count 1')).toEqual([3]);
    const later = tail('t --last 0 --count 1');
    await append('t', 5, 6); // the first may come before it looks
    expect(await later.read.ended).toBe(0);
    expect([[5], [6]]).toContainEqual(later.payloads());
  });

  it('waits for a log and for a topic that are not there yet, without making them', async () => {
    const {read, payloads} = tail('t --count 1');
    await until(() => read.stderr !== '');
    expect(read.stderr).toBe('stint: there is no event log yet: waiting for it\n');
    expect(existsSync(sandbox.state)).toBe(false);
    await append('tt', 0);
    const other = tail('t --count 1');
    await until(() => other.read.stderr !== '');
    expect(other.read.stderr).toBe('stint: there is no topic t yet: waiting for it. Did you mean: tt?\n');
    await append('t', 1);
    expect(await Promise.all([read.ended, other.read.ended])).toEqual([0, 0]);
    expect([payloads(), other.payloads()]).toEqual([[1], [1]]);
  });

  it('ends at Ctrl-C also while there is no log', async () => {
    const {child, read} = tail('t');
    await until(() => read.stderr !== '');
    child.kill('SIGINT');
    expect(await read.ended).toBe(0);
  });

  it('ends quietly when nobody reads it any more', async () => {
    await append('t', 1);
    const {child, read, payloads} = tail('t');
    await until(() => payloads().length === 1);
    child.stdout?.destroy();
    const ended = once(child, 'exit');
    await append('t', 2);
    expect(await ended).toEqual([0, null]);
    expect(read.stderr).toBe('');
  });

  it('gives everybody everything once and in order while several append', async () => {
    const tails = [1, 2].map(() => tail('t --count 60'));
    const one = Array.from({length: 20}, (_, at) => at);
    await Promise.all([append('t', ...one), append('t', ...one), append('t', ...one)]);
    expect(await Promise.all(tails.map(({read}) => read.ended))).toEqual([0, 0]);
    const ids = tails.map(({read}) => [...read.text.matchAll(/"id":(\d+)/g)].map(([, id]) => Number(id)));
    const all = Array.from({length: 60}, (_, at) => at + 1);
    expect(ids).toEqual([all, all]);
  }, 60_000);
});

describe('a consumer', () => {
  const cursor = () => sandbox.ok(['events', 'ack', 't', 'me']);

  it('goes on behind what it acknowledged', async () => {
    await append('t', 1, 2, 3);
    expect(await printed('t --consumer me --ack --count 2')).toEqual([1, 2]);
    expect(await cursor()).toBe('me is done with t up to 2 of 3\n');
    expect(await printed('t --consumer me --count 1')).toEqual([3]);
    expect(await cursor()).toBe('me is done with t up to 2 of 3\n');
    expect(await printed('t --consumer me --ack --count 1')).toEqual([3]);
    expect(await cursor()).toBe('me is done with t up to 3 of 3\n');
    expect(await printed('t --consumer you --count 1')).toEqual([1]);
  });

  it('that is killed is given again at most what it had not acknowledged', async () => {
    await append('t', 1, 2);
    const {child, read, payloads} = tail('t --consumer me --ack');
    await until(() => payloads().length === 2);
    await until(async () => (await cursor()).includes('up to 2 of 2'));
    child.kill('SIGKILL');
    await read.ended;
    await append('t', 3);
    expect(await printed('t --consumer me --ack --count 1')).toEqual([3]);
  });

  it('acknowledges nothing that could not be printed', async () => {
    await append('t', 1);
    const {child, payloads} = tail('t --consumer me --ack');
    await until(() => payloads().length === 1);
    await until(async () => (await cursor()).includes('up to 1 of 1'));
    child.stdout?.destroy();
    const ended = once(child, 'exit');
    await append('t', 2);
    await ended;
    expect(await cursor()).toBe('me is done with t up to 1 of 2\n');
  });
});
