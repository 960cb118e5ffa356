/** How programs end with it is in test/fault/progress-sink.test.ts; here is what it leaves in a process that goes on. */
import {afterEach, describe, expect, it} from 'vitest';

import {emitWarning, onProcessEnd, type ProcessEnd} from './process-end.ts';

const forgets: (() => void)[] = [];
afterEach(() => {
  for (const forget of forgets.splice(0)) forget();
});

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const counts = () =>
  [...SIGNALS, 'exit', 'uncaughtExceptionMonitor'].map(name => process.listenerCount(name));

function listening(ends: ProcessEnd[] = []): () => void {
  const forget = onProcessEnd(end => ends.push(end));
  forgets.push(forget);
  return forget;
}

describe('listening for the end of the process', () => {
  it('takes one listener of each kind for all who want to know, and none for nobody', () => {
    const before = counts();
    const forget = Array.from({length: 20}, () => listening());
    expect(counts()).toEqual(before.map(count => count + 1));
    for (const each of forget) each();
    expect(counts()).toEqual(before);
    for (const each of forget) each();
    expect(counts()).toEqual(before);
  });

  it.each(SIGNALS)('is not seen by others while they handle %s, and goes on afterwards', async signal => {
    const ends: ProcessEnd[] = [];
    const before = process.listenerCount(signal);
    listening(ends);
    let seen = -1;
    const handler = () => {
      seen = process.listenerCount(signal);
    };
    process.on(signal, handler);
    process.emit(signal, signal);
    await new Promise(resolve => process.nextTick(resolve));
    expect(seen).toBe(before + 1);
    expect(process.listenerCount(signal)).toBe(before + 2);
    expect(ends).toEqual([]);
    process.off(signal, handler);
  });

  it('does not come back after a signal when nobody wants to know any more', async () => {
    const before = process.listenerCount('SIGHUP');
    const forget = listening();
    process.once('SIGHUP', () => forget());
    process.emit('SIGHUP', 'SIGHUP');
    await new Promise(resolve => process.nextTick(resolve));
    expect(process.listenerCount('SIGHUP')).toBe(before);
  });
});

it('a warning is heard once, and leaves no listener behind', async () => {
  const before = counts();
  const heard: Error[] = [];
  const hear = (warning: Error) => heard.push(warning);
  process.on('warning', hear);
  try {
    emitWarning('something is wrong', 'TestWarning');
    await new Promise(resolve => setImmediate(resolve));
  } finally {
    process.off('warning', hear);
  }
  expect(heard).toEqual([expect.objectContaining({name: 'TestWarning', message: 'something is wrong'})]);
  expect(counts()).toEqual(before);
});
