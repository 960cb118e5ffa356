import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';

import {afterEach, describe, expect, it} from 'vitest';

import {
  commandLine,
  givenVariables,
  listProcesses,
  processEntry,
  signalGroup,
  signalProcess,
} from './processes.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function start(command: readonly string[], env = process.env): {child: ChildProcess; pid: number} {
  const [program = '', ...args] = command;
  const child = spawn(program, args, {detached: true, env, stdio: ['pipe', 'pipe', 'ignore']});
  children.push(child);
  return {child, pid: child.pid ?? 0};
}

describe('the list of processes', () => {
  it('tells parent, group and session of each', () => {
    const {pid} = start(['sleep', '60']);
    expect(listProcesses().find(each => each.pid === pid)).toMatchObject({
      parent: process.pid,
      group: pid,
      session: pid,
    });
    expect(listProcesses().some(each => each.pid === process.pid)).toBe(true);
  });

  it('leaves out one that is gone', async () => {
    const {child, pid} = start(['true']);
    await once(child, 'exit');
    expect(listProcesses().some(each => each.pid === pid)).toBe(false);
    expect(processEntry(pid)).toBeUndefined();
  });
});

describe('what a process was started with', () => {
  it('is its command line and its environment', async () => {
    const {child, pid} = start(['/bin/sh', '-c', 'echo up; read x', 'a b'], {ONE: '1', TWO: '2'});
    await once(child.stdout ?? child, 'data');
    expect(commandLine(pid)?.toString()).toBe('/bin/sh\0-c\0echo up; read x\0a b\0');
    expect(['ONE', 'TWO', 'WO', 'TW', '1'].map(name => givenVariables(pid, name))).toEqual([
      ['ONE=1'],
      ['TWO=2'],
      [],
      [],
      [],
    ]);
  });

  it('is not known of one that is gone', async () => {
    const {child, pid} = start(['true']);
    await once(child, 'exit');
    expect(commandLine(pid)).toBeUndefined();
    expect(givenVariables(pid, 'PATH')).toEqual([]);
  });
});

describe('a signal', () => {
  it('reaches the process that was listed, not another one with its pid', async () => {
    const {child, pid} = start(['sleep', '60']);
    const entry = processEntry(pid);
    if (entry === undefined) throw new Error('it is not listed');
    expect(signalProcess({...entry, startedAt: `${Number(entry.startedAt) - 1}`}, 'SIGKILL')).toBe(false);
    expect(processEntry(pid)).toEqual(entry);
    expect(signalProcess(entry, 'SIGTERM')).toBe(true);
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM']);
    expect(signalProcess(entry, 'SIGTERM')).toBe(false);
  });

  it('reaches a whole group, and nobody where the group is gone', async () => {
    const {child, pid} = start(['sleep', '60']);
    expect(signalGroup(pid, 'SIGKILL')).toBe(true);
    await once(child, 'exit');
    expect(signalGroup(pid, 'SIGKILL')).toBe(false);
  });
});
