/** The journal between processes: a writer that is killed, a file system that is full. Real processes, real limits. */
import {type ChildProcess, execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {rolldown} from 'rolldown';
import {afterAll, beforeAll, expect, it} from 'vitest';

import {followJournal} from './follow.ts';
import {readLines} from './read.ts';
import {numberOf} from './record-number.ts';
import {listSegments} from './segment-name.ts';

const JOURNAL = JSON.stringify(fileURLToPath(new URL('index.ts', import.meta.url)));

/** Continues after the last record, in batches of up to 1 MiB, until it is killed or has written number `last`. */
const ENDLESS_WRITER = `
import {openJournal, numberOf} from ${JOURNAL};
const [path, last] = process.argv.slice(2);
const writer = openJournal({path, maxSegmentBytes: 5_000_000});
let seq = writer.lastLine === undefined ? 0 : numberOf(writer.lastLine, 'seq') + 1;
while (seq <= Number(last)) {
  let batch = '';
  for (const end = Math.min(Number(last) + 1, seq + 1 + (seq * 7919) % 10_000); seq < end; seq += 1) {
    batch += '{"seq":' + seq + ',"data":"' + 'x'.repeat(seq % 150) + '"}\\n';
  }
  writer.append(Buffer.from(batch));
}
`;

/** Appends until it cannot, and tells what it was told. */
const LIMITED_WRITER = `
import {openJournal} from ${JOURNAL};
const writer = openJournal({path: process.argv[2]});
const batch = Array.from({length: 100}, (_, seq) => JSON.stringify({seq, data: 'x'.repeat(71)}) + '\\n').join('');
try {
  writer.append(Buffer.from(batch));
} catch (error) {
  process.stdout.write(JSON.stringify({code: error.code, acceptedBytes: error.acceptedBytes, size: writer.size, message: error.message}));
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

it('a writer killed again and again loses no number, and a follower in another process misses and doubles none', async () => {
  const path = join(directory, 'output.jsonl');
  const last = 400_000;
  const start = (): ChildProcess =>
    spawn(process.execPath, [join(directory, 'endless.mjs'), path, String(last)], {stdio: 'inherit'});
  let child = start();
  let expected = 0;
  let kills = 0;
  for await (const batch of followJournal(path)) {
    for (const line of batch) {
      if (numberOf(line, 'seq') !== expected) throw new Error(`wanted ${expected}, got ${line.slice(0, 40)}`);
      expected += 1;
    }
    if (expected > last) break;
    if (kills < 8 && expected > (kills + 1) * 40_000) {
      kills += 1;
      const gone = new Promise(resolve => child.once('exit', resolve));
      child.kill('SIGKILL');
      await gone;
      child = start();
    }
  }
  expect(kills).toBe(8);
  expect(listSegments(path).length).toBeGreaterThan(2);
  let seq = 0;
  for (const batch of readLines(path)) for (const line of batch) if (numberOf(line, 'seq') === seq) seq += 1;
  expect(seq).toBe(last + 1);
});

it('a real limit on the size of files leaves complete lines and a journal that goes on', () => {
  const path = join(directory, 'limited.jsonl');
  const limited = join(directory, 'limited.mjs');
  // Nine blocks, of 512 or 1,024 bytes by the shell: not a multiple of the record's length.
  const told = execFileSync('sh', ['-c', 'ulimit -f 9 && exec "$0" "$@"', process.execPath, limited, path], {
    encoding: 'utf8',
  });
  const {code, acceptedBytes, size, message} = JSON.parse(told);
  expect({code, size}).toEqual({code: 'INTERNAL', size: acceptedBytes});
  expect(message).toContain('EFBIG');
  const content = readFileSync(path, 'utf8');
  expect(content.length).toBe(acceptedBytes);
  expect(content.length).toBeGreaterThan(4_000);
  expect(content.endsWith('"}\n')).toBe(true);
  const before = [...readLines(path)].flat().length;
  expect(before).toBeLessThan(100);
  expect(execFileSync(process.execPath, [limited, path], {encoding: 'utf8'})).toBe('');
  expect([...readLines(path)].flat().length).toBe(before + 100);
});
