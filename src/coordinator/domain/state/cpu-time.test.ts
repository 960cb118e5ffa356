import {expect, it} from 'vitest';

import {cpuTimeOf, recordedCpu} from './cpu-time.ts';

const told = {userMs: 900, systemMs: 100.4, cores: 2};

it('is recorded in whole milliseconds where the cores can have done so much', () => {
  expect(recordedCpu(told, 600)).toEqual({cpu_user_ms: 900, cpu_system_ms: 100});
  expect(recordedCpu({...told, userMs: 6000}, 1000)).toEqual({cpu_user_ms: 6000, cpu_system_ms: 100});
});

it.each([
  ['it was not written', undefined, 600],
  ['nobody knows how long it can have taken', told, undefined],
  ['it is more than all cores can do in that time', {...told, userMs: 9000}, 1000],
  ['it is below none', {...told, systemMs: -1}, 600],
  ['it is no number', {...told, userMs: Number.NaN}, 600],
])('is unknown where %s', (_, cpu, tookMs) => {
  expect(recordedCpu(cpu, tookMs)).toEqual({});
});

it('is read from records of whole milliseconds only, and both of them', () => {
  expect(cpuTimeOf(900, 100)).toEqual({userMs: 900, systemMs: 100});
  for (const [user, system] of [
    [900, null],
    [undefined, 100],
    [-1, 0],
    [0.5, 1],
    ['9', 9],
    [1e300, 1],
  ])
    expect(cpuTimeOf(user, system)).toBeUndefined();
});
