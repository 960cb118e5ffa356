import {describe, expect, it} from 'vitest';

import {meantProcesses, parseSignaledEvent, signaledEvent} from './signaled-event.ts';

describe('the record of a signal', () => {
  it('names to whom it went and who refused, and is read as it was written', () => {
    const refused = [{pid: 9, command: 'sudo', start: 90}];
    const event = signaledEvent('SIGTERM', {
      group: 7,
      processes: [
        {pid: 7, start: 70},
        {pid: 8, start: 80},
      ],
      refused,
    });
    expect(event).toEqual({
      event: 'signaled',
      signal: 'SIGTERM',
      group: 7,
      pids: [7, 8],
      starts: [70, 80],
      refused,
    });
    expect(parseSignaledEvent({...event})).toEqual(event);
    expect(meantProcesses(event)).toEqual([
      {pid: 8, start: 80},
      {pid: 9, start: 90},
    ]);
  });

  it('is bounded, and says how many it does not name', () => {
    const processes = Array.from({length: 30_000}, (_, at) => ({pid: at + 1, start: 5}));
    const refused = processes.map(each => ({...each, command: 'x'.repeat(1000)}));
    const event = signaledEvent('SIGKILL', {processes, refused});
    expect(event).toMatchObject({more: 29_000});
    expect(event.pids).toHaveLength(1000);
    const read = parseSignaledEvent({...event, pids: processes.map(({pid}) => pid), refused});
    expect(read.pids).toHaveLength(1000);
    expect(read.refused?.length).toBeLessThanOrEqual(50);
    expect(read.refused?.[0]?.command.length).toBeLessThanOrEqual(100);
  });

  it('names nobody of whom it cannot be told whether a later process has the pid', () => {
    expect(meantProcesses(signaledEvent('SIGTERM', {processes: [{pid: 8}], refused: []}))).toEqual([]);
    expect(meantProcesses({event: 'signaled', signal: 'SIGTERM', pids: [8, 9], starts: [1]})).toEqual([]);
    expect(meantProcesses({event: 'signaled', signal: 'SIGTERM'})).toEqual([]);
  });

  it.each([
    [{signal: 15, pids: 'x', starts: {}, refused: 1, group: -1, more: 0.5}, {signal: '15'}],
    [{pids: [1.5, -2, 0, '3', null, 4]}, {signal: '', pids: [4]}],
    [{signal: 'SIGTERM', refused: [null, 1, {pid: 3}, {pid: 'a', command: 'b'}]}, {signal: 'SIGTERM'}],
  ])('of %j, which nobody writes, leaves out what is not as it should be', (fields, expected) => {
    expect(parseSignaledEvent(fields)).toEqual({event: 'signaled', ...expected});
  });
});
