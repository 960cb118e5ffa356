/** Several processes that append to one topic, some of them killed in the middle of it, while others read. */
import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';

import {type ChildProgram, childProgram, type RunningChild} from '../../../platform/testing/child-program.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {openEventLog} from '../../open.ts';
import {FileStore} from './file-store.ts';
import {range} from './testing/stored-entries.ts';

/** Appends batches of three and single entries in turn, as fast as it can, and tells of every tenth pair that went in. */
const APPENDER = `
import {FileStore} from 'SRC/event-log/backends/file/file-store.ts';
const [directory, writer, most, pages] = process.argv.slice(2);
const store = new FileStore(directory, false, {segmentBytes: 20_000});
const text = 'x'.repeat(Number(pages) * 4096);
const entry = (turn, part) => ({kind: 'k', payload: JSON.stringify({writer, turn, part, text}), headers: '{}', occurredAtMs: 0});
function append(turn) {
  const batches = [
    {topic: 't', entries: [1, 2, 3].map(part => entry(turn, part))},
    {topic: 't', entries: [entry(turn, 4)]},
  ];
  let went = 0;
  while (went < batches.length) {
    const {firstIds, error} = store.append(batches.slice(went), true);
    went += firstIds.length;
    if (error !== undefined && error.code !== 'BUSY') throw error;
  }
}
for (let turn = 1; turn <= Number(most); turn += 1) {
  append(turn);
  if (turn % 10 === 0) console.log(turn);
}
console.log('done');
setInterval(() => {}, 60_000);
`;

/** Follows the topic as subscribers do, up to its end, and tells how many entries it saw when each was there once and in order. */
const FOLLOWER = `
import {FileStore} from 'SRC/event-log/backends/file/file-store.ts';
const store = new FileStore(process.argv[2], false);
const watch = store.newWatch();
let last = 0;
let isOver = false;
console.log('ready');
while (!isOver) {
  const page = store.read('t', last, 50, 1e6);
  for (const {id, kind} of page) {
    if (id !== last + 1) throw new Error('after ' + last + ' came ' + id);
    last = id;
    isOver = kind === 'end';
  }
  if (page.length === 0 && !store.watch(watch, 't')) await watch.changed();
}
console.log('saw ' + last);
process.exit(0);
`;

let appender: ChildProgram;
let follower: ChildProgram;
beforeAll(async () => {
  appender = await childProgram(APPENDER);
  follower = await childProgram(FOLLOWER);
});
afterAll(() => {
  appender.remove();
  follower.remove();
});

let directory: TemporaryDirectory;
const children: RunningChild[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  directory.remove();
});

function start(program: ChildProgram, ...args: readonly string[]): RunningChild {
  const child = program.start(directory.path, ...args);
  children.push(child);
  return child;
}

async function printed(child: RunningChild, wanted: string): Promise<void> {
  for (let line = await child.line(); line !== wanted; line = await child.line()) {
    if (line === 'undefined') throw new Error(`it ended before it printed ${wanted}`);
  }
}

interface Part {
  readonly writer: string;
  readonly turn: number;
  readonly part: number;
}

describe('processes that append to one topic', () => {
  it.each([
    ['small entries', '0', '150'],
    ['entries of several pages', '2', '60'],
  ])(
    'give contiguous ids to whole batches of %s, whoever is killed when, and followers see each once',
    async (_, pages, most) => {
      const store = new FileStore(directory.path, false);
      const followers = [start(follower), start(follower)];
      for (const each of followers) expect(await each.line()).toBe('ready');
      const steady = start(appender, 'steady', most, pages);
      for (let life = 1; life <= 5; life += 1) {
        const mortal = start(appender, `mortal-${life}`, '100000', pages);
        await printed(mortal, '10');
        await mortal.kill();
      }
      await printed(steady, 'done');
      const head = store.state('t')?.head ?? 0;
      const parts: Part[] = [];
      for (let after = 0; after < head; ) {
        const page = store.read('t', after, 100, 1e6);
        expect(page.map(({id}) => id)).toEqual(range(after + 1, after + page.length));
        parts.push(...page.map(({payload}) => JSON.parse(payload) as Part));
        after += page.length;
        expect(page).not.toHaveLength(0);
      }
      expectWholeBatches(parts);
      expect(parts.filter(({writer}) => writer === 'steady')).toHaveLength(4 * Number(most));
      const end = {kind: 'end', payload: 'null', headers: '{}', occurredAtMs: 0};
      expect(store.append([{topic: 't', entries: [end]}], true)).toEqual({firstIds: [head + 1]});
      for (const each of followers) expect(await each.line()).toBe(`saw ${head + 1}`);
      const eventLog = await openEventLog({backend: 'file', directory: directory.path});
      expect(await eventLog.verify('t')).toEqual({ok: true, checked: head + 1, chained: true});
      await eventLog.close();
      store.close();
    },
    60_000,
  );
});

function expectWholeBatches(parts: readonly Part[]): void {
  const last = new Map<string, Part>();
  parts.forEach((part, at) => {
    const before = last.get(part.writer) ?? {turn: 0, part: 4};
    const isNext =
      before.part === 4
        ? part.turn === before.turn + 1 && part.part === 1
        : part.turn === before.turn && part.part === before.part + 1;
    expect(isNext, `${JSON.stringify(part)} behind ${JSON.stringify(before)}`).toBe(true);
    if (part.part === 2 || part.part === 3) expect(parts[at - 1]?.writer).toBe(part.writer);
    last.set(part.writer, part);
  });
  for (const {part} of last.values()) expect(part).toBeGreaterThanOrEqual(3);
}
