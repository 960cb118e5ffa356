import {beforeEach, describe, expect, it} from 'vitest';

import {keyText} from '../../../base/index.ts';
import {keyOf} from '../../domain/index.ts';
import {queuedJob, specOf} from '../../domain/testing/sample-jobs.ts';
import {Supervisor} from '../supervisor.ts';
import {FakeMachine} from '../testing/fakes.ts';

const LIMIT = 100_000_000;

let machine: FakeMachine;
let supervisor: Supervisor;

beforeEach(() => {
  machine = new FakeMachine();
  supervisor = new Supervisor({...machine.options, parallel: 9}, () => undefined);
});

const ended = () => machine.done.filter(each => each.startsWith('TERM'));

describe('a job that takes more memory than it may', () => {
  it('is ended at the next look, and says why', async () => {
    supervisor.enqueue([queuedJob({name: 'a', maxMemoryBytes: LIMIT}), queuedJob({name: 'b'})]);
    await machine.settle();
    for (const name of ['a', 'b']) machine.memory.set(name, LIMIT);
    await machine.pass(5000);
    expect(ended()).toEqual([]);
    for (const name of ['a', 'b']) machine.memory.set(name, 130_000_000);
    await machine.pass(1000);
    expect(ended()).toEqual(['TERM a 100']);
    machine.end('a', 143);
    await machine.settle();
    expect(machine.rows.get(keyText(keyOf(specOf({name: 'a'}))))?.state).toMatchObject({
      status: 'cancelled',
      message: 'it took more memory than 95.4 MiB: about 124 MiB',
    });
  });

  it('is ended by the coordinator that takes it over, too', async () => {
    machine.findings.set('a', {spec: specOf({name: 'a', maxMemoryBytes: LIMIT}), alive: true, hasFifo: true});
    machine.memory.set('a', 2 * LIMIT);
    supervisor.takeOver(queuedJob({name: 'a', maxMemoryBytes: LIMIT}));
    await machine.settle();
    await machine.pass(1000);
    expect(ended()).toHaveLength(1);
  });

  it('is looked at no more once it has ended, and goes on where it cannot be seen', async () => {
    supervisor.enqueue([queuedJob({name: 'a', maxMemoryBytes: LIMIT})]);
    await machine.settle();
    await machine.pass(3000);
    machine.end('a', 0);
    await machine.settle();
    machine.memory.set('a', 2 * LIMIT);
    await machine.pass(3000);
    expect(ended()).toEqual([]);
  });
});
