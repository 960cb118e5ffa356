import {describe, expect, it} from 'vitest';

import {type ProcessSpace, parseProcessSpace, spaceText, type Whereabouts, whereIs} from './process-space.ts';

const HERE: ProcessSpace = {host: 'mill', boot_id: 'b1', pid_ns: 7};

describe('a process space', () => {
  it.each<[string, Partial<ProcessSpace>, Whereabouts]>([
    ['the same', {}, 'here'],
    ['the same kernel under another name', {host: 'bakery'}, 'here'],
    ['another pid namespace', {pid_ns: 8}, 'beside'],
    ['another pid namespace under another name', {pid_ns: 8, host: 'bakery'}, 'beside'],
    ['a pid namespace that was not told', {pid_ns: null}, 'here'],
    ['the same host, started before', {boot_id: 'b0'}, 'before'],
    ['the same host, started before, with another namespace', {boot_id: 'b0', pid_ns: 8}, 'before'],
    ['another host', {boot_id: 'b2', host: 'bakery'}, 'elsewhere'],
    [
      'another host with the namespace of every kernel',
      {boot_id: 'b2', host: 'bakery', pid_ns: 7},
      'elsewhere',
    ],
    ['a host that tells no boot id', {boot_id: null}, 'here'],
    ['a host that tells neither', {boot_id: null, pid_ns: null}, 'here'],
    ['another host that tells no boot id', {boot_id: null, host: 'bakery'}, 'elsewhere'],
    ['another namespace where no boot id is told', {boot_id: null, pid_ns: 8}, 'beside'],
  ])('that is %s', (_, difference, expected) => {
    const there = {...HERE, ...difference};
    expect(whereIs(there, HERE)).toBe(expected);
    if (expected !== 'before') expect(whereIs(HERE, there)).toBe(expected);
  });

  it('comes from a file as it is', () => {
    expect(parseProcessSpace({...HERE, more: 1})).toEqual(HERE);
    expect(parseProcessSpace(JSON.parse(JSON.stringify({...HERE, boot_id: null, pid_ns: null})))).toEqual({
      host: 'mill',
      boot_id: null,
      pid_ns: null,
    });
  });

  it.each([undefined, null, 'mill', 7, [], {}, {host: ''}, {host: 7}, {boot_id: 'b1'}])(
    'is not in %j',
    value => {
      expect(parseProcessSpace(value)).toBeUndefined();
    },
  );

  it('has bounded texts that steer no terminal, whoever wrote them', () => {
    const long = 'x'.repeat(100_000);
    const parsed = parseProcessSpace({host: `\u001b[2J\n${long}`, boot_id: long, pid_ns: 1e300});
    expect(parsed?.host).toMatch(/^\\x1b\[2J\\x0ax+$/);
    expect(parsed?.host.length).toBeLessThan(300);
    expect(parsed?.boot_id?.length).toBe(255);
    expect(parsed?.pid_ns).toBeNull();
  });

  it('is told by its host, and beside this one by its namespace', () => {
    expect(spaceText(HERE, 'elsewhere')).toBe('on host mill');
    expect(spaceText({...HERE, pid_ns: 8}, 'beside')).toBe('in pid namespace 8 of host mill');
  });
});
