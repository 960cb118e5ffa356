/** The journal between processes: a writer that is killed, a file system that takes no more. Real processes, real limits. */
import {closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {rolldown} from 'rolldown';
import {afterAll, beforeAll, expect, it} from 'vitest';

import {spawnJob, startDetachedNode} from '../../platform/index.ts';
import {numberOf} from '../record-number.ts';
import {listSegments} from '../segment-name.ts';
import {openJournal} from '../writing/append.ts';
import {followJournal} from './follow.ts';
import {readLines} from './read.ts';

const JOURNAL = JSON.stringify(fileURLToPath(new URL('../index.ts', import.meta.url)));

/** Continues after the last record, in batches of up to 1 MiB, until it is killed. */
const ENDLESS_WRITER = `
import {openJournal, numberOf} from ${JOURNAL};
const writer = openJournal({path: process.argv[2], maxSegmentBytes: 1_000_000});
let seq = writer.lastLine === undefined ? 0 : numberOf(writer.lastLine, 'seq') + 1;
for (;;) {
  let batch = '';
  for (const end = seq + 1 + (seq * 7919) % 10_000; seq < end; seq += 1) {
    batch += '{"seq":' + seq + ',"pid":' + process.pid + ',"data":"' + 'x'.repeat(seq % 150) + '"}\\n';
  }
  writer.append(Buffer.from(batch));
}
`;

/** Appends 100 records, and tells what it was told if it could not. */
const LIMITED_WRITER = `
import {openJournal} from ${JOURNAL};
const writer = openJournal({path: process.argv[2]});
const batch = Array.from({length: 100}, (_, seq) => JSON.stringify({seq, data: 'x'.repeat(71)}) + '\\n').join('');
try {
  writer.append(Buffer.from(batch));
} catch (error) {
  const {code, acceptedBytes, message} = error;
  process.stdout.write(JSON.stringify({code, acceptedBytes, message, size: writer.size}));
}
writer.close();
`;

let directory: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'stint-journal-'));
  await bundle('endless', ENDLESS_WRITER);
  await bundle('limited', LIMITED_WRITER);
});
afterAll(() => rmSync(directory, {recursive: true}));

async function bundle(name: string, source: string): Promise<void> {
  const input = join(directory, `${name}.ts`);
  writeFileSync(input, source);
  const built = await rolldown({input, platform: 'node'});
  await built.write({file: join(directory, `${name}.mjs`), format: 'esm'});
  await built.close();
}

it('a writer killed again and again loses no number, and a follower misses and doubles none', async () => {
  const path = join(directory, 'output.jsonl');
  const kills = 8;
  // Resolves when the writer is gone, because it never says that it is ready.
  const start = (): Promise<void> =>
    startDetachedNode(join(directory, 'endless.mjs'), [path], {nodeOptions: []});
  let gone = start();
  let killed = 0;
  let lastKilled = 0;
  let killFrom = 0;
  let expected = 0;
  let end = Infinity;
  for await (const batch of followJournal(path)) {
    for (const line of batch) {
      if (numberOf(line, 'seq') !== expected) throw new Error(`wanted ${expected}, got ${line.slice(0, 40)}`);
      expected += 1;
    }
    if (expected > end) break;
    const {pid} = JSON.parse(batch.at(-1) ?? '');
    // What is read next may still be from the one that was killed.
    if (pid === lastKilled || expected < killFrom || end !== Infinity) continue;
    process.kill(pid, 'SIGKILL');
    lastKilled = pid;
    killed += 1;
    killFrom = expected + killed * 3_000;
    await gone;
    if (killed < kills) gone = start();
    else end = appendLast(path);
  }
  expect(killed).toBe(kills);
  expect(listSegments(path).length).toBeGreaterThan(2);
  let seq = 0;
  for (const batch of readLines(path)) for (const line of batch) if (numberOf(line, 'seq') === seq) seq += 1;
  expect(seq).toBe(end + 1);
});

function appendLast(path: string): number {
  const writer = openJournal({path});
  const seq = Number(numberOf(writer.lastLine ?? '', 'seq')) + 1;
  writer.append(Buffer.from(`{"seq":${seq},"pid":${process.pid}}\n`));
  writer.close();
  return seq;
}

it('a real limit on the size of files leaves complete lines and a journal that goes on', async () => {
  const path = join(directory, 'limited.jsonl');
  // Nine blocks, of 512 or 1,024 bytes by the shell: not a multiple of the record's length.
  const {code, acceptedBytes, message, size} = JSON.parse(await runLimited('ulimit -f 9', path));
  expect({code, size}).toEqual({code: 'INTERNAL', size: acceptedBytes});
  expect(message).toContain('EFBIG');
  const content = readFileSync(path, 'utf8');
  expect(content.length).toBe(acceptedBytes);
  expect(content.length).toBeGreaterThan(4_000);
  expect(content.endsWith('"}\n')).toBe(true);
  const before = [...readLines(path)].flat().length;
  expect(before).toBeLessThan(100);
  expect(await runLimited(':', path)).toBe('');
  expect([...readLines(path)].flat().length).toBe(before + 100);
});

/** Runs the limited writer after a shell command; resolves with what it printed. */
async function runLimited(before: string, path: string): Promise<string> {
  const output = join(directory, 'told');
  const [out, none] = [openSync(output, 'w'), openSync('/dev/null', 'r+')];
  const command = [
    '/bin/sh',
    '-c',
    `${before} && exec "$0" "$@"`,
    process.execPath,
    join(directory, 'limited.mjs'),
    path,
  ];
  await new Promise<void>((resolve, reject) => {
    const launch = {
      environment: [],
      command: command.map(word => Buffer.from(word)),
      cwd: directory,
      umask: 0o077,
      scratch: join(directory, 'handover'),
      descriptors: {out, err: none, alive: none, pid: none, exit: none},
    };
    spawnJob(launch, resolve).catch(reject);
  });
  closeSync(out);
  closeSync(none);
  return readFileSync(output, 'utf8');
}
