/**
 * Appends many entries to event logs in SQLite, in rounds, and puts the same rows into the same table by hand in turn.
 * Arguments: a directory, rounds. Prints the entries per second of every round.
 */
import {join} from 'node:path';

import {openEventLog} from 'stint/event-log';

import {rawDatabase} from '../support/raw-sqlite.mjs';

const [directory, rounds] = process.argv.slice(2);
const TOGETHER = 1000;
const BATCHES = 3;
const ALONE = 500;
const GROUPED = 3000;
const TOPIC = 'builds';
const NOW = 1_767_225_600_000;

const payloads = Array.from({length: TOGETHER}, (_, at) => ({
  step: at,
  text: `${at} `.padEnd(150, 'all is well '),
}));
const entries = payloads.map(payload => ({kind: 'progress', payload, occurred_at_ms: NOW}));
const texts = payloads.map(payload => JSON.stringify(payload));

const many = await openEventLog({backend: 'sqlite', path: join(directory, 'many.db')});
const single = await openEventLog({backend: 'sqlite', path: join(directory, 'single.db')});
const chained = await openEventLog({backend: 'sqlite', path: join(directory, 'chained.db'), chain: true});
const handMany = byHand('hand-many.db');
const handSingle = byHand('hand-single.db');

const ways = {
  many: () => perSecond(BATCHES * TOGETHER, () => appendMany(many)),
  handMany: () => perSecond(BATCHES * TOGETHER, () => handMany.together(BATCHES)),
  single: () => perSecond(GROUPED, () => appendEach(single)),
  handSingle: () => perSecond(ALONE, () => handSingle.alone(ALONE)),
  chained: () => perSecond(BATCHES * TOGETHER, () => appendMany(chained)),
};
const results = Object.fromEntries(Object.keys(ways).map(name => [name, []]));
for (let round = -2; round < Number(rounds); round++) {
  const names = Object.keys(ways);
  for (let turn = 0; turn < names.length; turn++) {
    const name = names[(turn + round + names.length) % names.length];
    const rate = await ways[name]();
    if (round >= 0) results[name].push(rate);
  }
}
for (const log of [many, single, chained]) await log.close();
for (const hand of [handMany, handSingle]) hand.close();
console.log(JSON.stringify(results));

async function perSecond(count, work) {
  const before = performance.now();
  await work();
  return (count / (performance.now() - before)) * 1000;
}

async function appendMany(log) {
  for (let batch = 0; batch < BATCHES; batch++) await log.appendMany(TOPIC, entries);
}

async function appendEach(log) {
  const appended = [];
  for (let at = 0; at < GROUPED; at++) appended.push(log.append(TOPIC, entries[at % TOGETHER]));
  await Promise.all(appended);
}

/** The table of the log without the log. */
function byHand(name) {
  const db = rawDatabase(join(directory, name));
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('PRAGMA synchronous = NORMAL');
  db.exec(`CREATE TABLE events (
    topic_id INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, headers TEXT NOT NULL,
    occurred_at_ms INTEGER NOT NULL, hash TEXT, PRIMARY KEY (topic_id, id)) STRICT, WITHOUT ROWID`);
  const insert = db.prepare(
    'INSERT INTO events (topic_id, id, kind, payload, headers, occurred_at_ms, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  let head = 0;
  const add = at => {
    head += 1;
    insert.run(1, head, 'progress', texts[at % TOGETHER], '{}', NOW, null);
  };
  const [begin, commit] = ['BEGIN IMMEDIATE', 'COMMIT'].map(sql => db.prepare(sql));
  const thousand = () => {
    begin.run();
    for (let at = 0; at < TOGETHER; at++) add(at);
    commit.run();
  };
  return {
    together: batches => {
      for (let batch = 0; batch < batches; batch++) thousand();
    },
    alone: count => {
      for (let at = 0; at < count; at++) add(at);
    },
    close: () => db.close(),
  };
}
