import {expect, it} from 'vitest';

import {FrameQueue, SharedPause} from './frame-queue.ts';

function source() {
  const calls: string[] = [];
  return {calls, pause: () => calls.push('pause'), resume: () => calls.push('resume')};
}

it('gives out what waits, then what comes, then the end', async () => {
  const queue = new FrameQueue<number>(10, source());
  queue.push(1);
  queue.push(2);
  expect(await queue.take()).toEqual([1, 2]);
  const next = queue.take();
  queue.push(3);
  expect(await next).toEqual([3]);
  queue.end();
  expect(await queue.take()).toEqual([]);
});

it('fails only after everything before was taken', async () => {
  const queue = new FrameQueue<number>(10, source());
  queue.push(1);
  queue.fail(new Error('gone'));
  expect(await queue.take()).toEqual([1]);
  await expect(queue.take()).rejects.toThrow('gone');
});

it('pauses its source when it is full, until it is taken from', async () => {
  const socket = source();
  const queue = new FrameQueue<number>(2, socket);
  queue.push(1);
  expect(socket.calls).toEqual([]);
  queue.push(2);
  queue.push(3);
  expect(socket.calls).toEqual(['pause']);
  await queue.take();
  expect(socket.calls).toEqual(['pause', 'resume']);
});

it('does not let a source go on that another full queue holds', async () => {
  const socket = source();
  const shared = new SharedPause(socket);
  const [slow, quick] = [new FrameQueue<number>(1, shared), new FrameQueue<number>(1, shared)];
  slow.push(1);
  quick.push(1);
  await quick.take();
  expect(socket.calls).toEqual(['pause']);
  await slow.take();
  expect(socket.calls).toEqual(['pause', 'resume']);
});
