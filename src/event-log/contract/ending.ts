import assert from 'node:assert/strict';

import {type CaseDefinition, entry, numbered, range, refused} from './contract-case.ts';

export const ENDING: readonly CaseDefinition[] = [
  {
    name: 'has everything that was handed over in the log when flush resolves',
    async run(bench) {
      const log = await bench.open();
      const appended = Promise.all(numbered(1, 100).map(each => log.append('a', each)));
      await log.flush();
      assert.equal(await log.latest('a'), 100);
      assert.deepEqual(await appended, range(1, 100));
      await log.flush();
    },
  },
  {
    name: 'can be flushed with nothing in it',
    async run(bench) {
      const log = await bench.open();
      await log.flush();
      await Promise.all([log.flush(), log.flush()]);
      assert.deepEqual(await log.topics(), []);
    },
  },
  {
    name: 'takes in what was handed over before it is closed',
    async run(bench) {
      const log = await bench.open();
      const appended = log.append('a', entry(1));
      await log.close();
      assert.equal(await appended, 1);
    },
  },
  {
    name: 'can be closed twice, also at the same time',
    async run(bench) {
      const log = await bench.open();
      await log.append('a', entry(1));
      await Promise.all([log.close(), log.close()]);
      await log.close();
    },
  },
  {
    name: 'refuses everything once it is closed, at once',
    async run(bench) {
      const log = await bench.open();
      await log.append('a', entry(1));
      const closing = log.close();
      for (const ask of [
        () => log.append('a', entry(2)),
        () => log.appendMany('a', [entry(2)]),
        () => log.readRange('a'),
        () => log.subscribe('a').next(),
        () => log.ack('a', 'c', 1),
        () => log.consumerCursor('a', 'c'),
        () => log.latest('a'),
        () => log.compact('a', 1),
        () => log.topics(),
        () => log.describe(),
        () => log.verify('a'),
        () => log.flush(),
      ]) {
        await refused(ask);
      }
      await closing;
      await refused(() => log.append('a', entry(2)));
    },
  },
];
