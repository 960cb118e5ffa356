import {expect, it} from 'vitest';

import type {EventLog} from '../event-log.ts';
import {openEventLog} from '../open.ts';
import {type ContractOptions, eventLogContract} from './index.ts';

const open = (): Promise<EventLog> => openEventLog({backend: 'memory'});
const namesOf = (options: ContractOptions): string[] => eventLogContract(options).map(({name}) => name);

it('is of cases that are each called otherwise', () => {
  const names = namesOf({open, reopen: open, second: open, chains: true});
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(100);
});

it('leaves out what the backend does not offer, and only that', () => {
  const all = namesOf({open, reopen: open, second: open, chains: true});
  const leftOut = (options: ContractOptions): string[] => {
    const left = namesOf(options);
    return all.filter(name => !left.includes(name));
  };
  const of = (pattern: RegExp) => expect.arrayContaining([expect.stringMatching(pattern)]);
  expect(leftOut({open, second: open, chains: true})).toEqual(of(/opened anew/));
  expect(leftOut({open, reopen: open, chains: true})).toEqual(of(/two append at once/));
  expect(leftOut({open, reopen: open, second: open})).toEqual(of(/hash of its own/));
  for (const options of [{open}, {open, reopen: open}, {open, second: open}, {open, chains: true}]) {
    expect(leftOut(options)).not.toEqual(of(/from 1 without gaps/));
  }
});

it('closes the logs of a case, also of one that fails', async () => {
  const opened: EventLog[] = [];
  const cases = eventLogContract({
    open: async () => {
      const log = await open();
      log.latest = () => Promise.resolve(-1);
      opened.push(log);
      return log;
    },
  });
  const failing = cases.find(({name}) => name === 'tells the newest id of a topic');
  await expect(failing?.run()).rejects.toMatchObject({code: 'ERR_ASSERTION'});
  await expect(opened[0]?.topics()).rejects.toMatchObject({message: 'The event log has been closed.'});
});

/** Faults that logs have had, each in one method of a log that is right otherwise. */
const FAULTS: readonly (readonly [string, RegExp, (log: EventLog) => Partial<EventLog>])[] = [
  [
    'a limit of 0 gives one entry',
    /with the limit 0/,
    log => ({
      readRange: (topic, {after = 0, limit = 1000} = {}) => log.readRange(topic, {after, limit: limit || 1}),
    }),
  ],
  [
    'an acknowledgement goes back',
    /forward only/,
    log => ({ack: (topic, consumer, upTo) => log.ack(topic, consumer, upTo, {force: true})}),
  ],
  [
    'consumers share a cursor',
    /whatever their names are/,
    log => ({
      ack: (topic, consumer, upTo, options) =>
        log.ack(topic, consumer.replace(/[^a-z]/gi, '_'), upTo, options),
      consumerCursor: (topic, consumer) => log.consumerCursor(topic, consumer.replace(/[^a-z]/gi, '_')),
    }),
  ],
  [
    'an append that is not waited for overtakes',
    /keeps the order/,
    log => ({append: (topic, entry) => Promise.resolve().then(() => log.append(topic, entry))}),
  ],
  [
    'a slow subscriber loses entries',
    /slow/,
    log => ({
      subscribe: (topic, {after = 0, ...rest} = {}) => log.subscribe(topic, {after: after + 1, ...rest}),
    }),
  ],
];

it.each(FAULTS)('finds the fault that %s', async (_, pattern, fault) => {
  const faulty = async (): Promise<EventLog> => {
    const log = await open();
    const changed = fault(log);
    return new Proxy(log, {
      get: (_target, name: keyof EventLog) => changed[name] ?? log[name].bind(log),
    });
  };
  const found = eventLogContract({open: faulty}).filter(({name}) => pattern.test(name));
  expect(found.length).toBe(1);
  await expect(found[0]?.run()).rejects.toThrow();
});
