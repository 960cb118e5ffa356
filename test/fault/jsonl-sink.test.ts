/** The sink for files in programs that end in every way, are killed, want the same file, or run out of room. */
import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {openJsonlSink} from '../../src/agent-events/index.ts';
import {readRecords} from '../../src/journal/index.ts';
import {seededRandom} from '../support/random.ts';
import {until} from '../support/sandbox.ts';

const LIBRARY = pathToFileURL(join(import.meta.dirname, '../../dist/lib/agent-events/index.js')).href;

let directory: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-events-'));
  path = join(directory, 's.jsonl');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, {recursive: true});
});

const KEEP_ALIVE = 'setInterval(() => {}, 60_000);';
const WITHOUT = 'const sink = {handleEvent() {}, flush() {}, close() {}, eventCount: 0};';

interface StartOptions {
  /** Instead of a sink. */
  readonly sink?: string;
  /** Of the sink, as JavaScript. */
  readonly options?: string;
  /** Shell before the program. */
  readonly before?: string;
  readonly flags?: readonly string[];
}

/** Starts a program that has a sink and emits numbered events with `emit(count, length)`. */
function start(body: string, {sink, options = '', before = ':', flags = []}: StartOptions = {}) {
  const file = join(directory, `program-${children.length}.mjs`);
  const open = `const sink = openJsonlSink({path: ${JSON.stringify(path)}, ${options}});`;
  writeFileSync(
    file,
    `import {openJsonlSink} from '${LIBRARY}';
     ${sink ?? open}
     let n = sink.eventCount;
     function emit(count, length = 10) {
       for (let i = 0; i < count; i++)
         sink.handleEvent({type: 'turn_start', session_id: 's', iteration: n++, content: 'x'.repeat(length)});
     }
     ${body}`,
  );
  const command = [`${before} && exec "$0" "$@"`, process.execPath, ...flags, file];
  const child = spawn('/bin/sh', ['-c', ...command], {stdio: ['ignore', 'pipe', 'pipe']});
  children.push(child);
  const said = {stdout: '', stderr: ''};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({code, signal, ...said}));
  return {child, ended, said, hears: (text: string) => until(() => said.stdout.includes(text))};
}

const records = () => [...readRecords(path, {strict: true})].flatMap(({values}) => values);
const iterations = () => records().map(({iteration}) => iteration);
const upTo = (end: number) => Array.from({length: end}, (_, at) => at);

function expectNumbered(): number {
  const all = records();
  for (const [at, {index}] of all.entries()) if (index !== at) expect({at, index}).toEqual({at, index: at});
  return all.length;
}

describe('a program that ends by itself', () => {
  it.each<[string, string, number]>([
    ['when all is done', 'emit(5);', 5],
    ['by process.exit(3)', 'emit(5); process.exit(3);', 5],
    ['with an exit code', 'emit(5); process.exitCode = 4;', 5],
    ['by what it throws', "emit(5); throw new Error('thrown');", 5],
    ['by what it throws later', "setTimeout(() => { emit(5); throw new Error('thrown'); });", 5],
    ['by a rejection', "emit(5); Promise.reject(new Error('rejected'));", 5],
    ['waiting for nothing', 'emit(5); await new Promise(() => {});', 5],
    [
      'by a handler of exceptions',
      "process.on('uncaughtException', () => { emit(1); process.exit(9); }); emit(4); throw new Error('thrown');",
      5,
    ],
    [
      'after an exception that it handles',
      "process.on('uncaughtException', () => setTimeout(() => emit(1))); emit(4); throw new Error('thrown');",
      5,
    ],
    ['and emits in its last moment', "process.on('exit', () => emit(2)); emit(4); process.exit(1);", 6],
    ['and closes in its last moment', "process.on('exit', () => { emit(1); sink.close(); }); emit(4);", 5],
    ['with more than one write takes', 'emit(3000, 100); process.exit(2);', 3000],
  ])('has recorded everything, and ends as without a sink: %s', async (_, body, count) => {
    const [{code, signal, stderr}, without] = await Promise.all([
      start(body).ended,
      start(body, {sink: WITHOUT}).ended,
    ]);
    expect({code, signal}).toEqual({code: without.code, signal: without.signal});
    expect(stderr).not.toContain('StintRecordingWarning');
    expect(iterations()).toEqual(upTo(count));
  });

  it('is a worker thread too', async () => {
    const worker = `import('${LIBRARY}').then(({openJsonlSink}) => {
      const sink = openJsonlSink({path: ${JSON.stringify(`${path}.worker.jsonl`)}});
      for (let i = 0; i < 5; i++) sink.handleEvent({type: 'turn_start', session_id: 'w', iteration: i});
      process.exit();
    });`;
    const body = `import {Worker} from 'node:worker_threads';
      emit(5);
      new Worker(${JSON.stringify(worker)}, {eval: true}).on('exit', () => emit(1));`;
    expect(await start(body).ended).toMatchObject({code: 0, stderr: ''});
    expect(iterations()).toEqual(upTo(6));
    const inWorker = [...readRecords(`${path}.worker.jsonl`)].flatMap(({values}) => values);
    expect(inWorker.map(({iteration}) => iteration)).toEqual(upTo(5));
  });
});

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', signal => {
  it('ends a program as it would without a sink, and everything is recorded', async () => {
    // The events come in the turn in which the signal does.
    const {child, ended, hears} = start(
      `${KEEP_ALIVE} process.on('SIGUSR2', () => { emit(5); process.kill(process.pid, '${signal}'); }); console.log('up');`,
    );
    await hears('up');
    child.kill('SIGUSR2');
    expect(await ended).toMatchObject({code: null, signal, stderr: ''});
    expect(iterations()).toEqual(upTo(5));
  });

  it('is the affair of a program that handles it, also what it emits then', async () => {
    const {child, ended, hears} = start(
      `${KEEP_ALIVE} emit(3); process.on('${signal}', () => { emit(2); process.exit(7); }); console.log('up');`,
    );
    await hears('up');
    child.kill(signal);
    expect(await ended).toMatchObject({code: 7, signal: null, stderr: ''});
    expect(iterations()).toEqual(upTo(5));
  });

  it('changes nothing for a program that handles it and goes on', async () => {
    const {child, ended, hears} = start(
      `process.once('${signal}', () => { emit(2); setTimeout(() => { emit(1); process.exitCode = 3; clearInterval(alive); }); });
       const alive = ${KEEP_ALIVE} emit(3); console.log('up');`,
    );
    await hears('up');
    child.kill(signal);
    expect(await ended).toMatchObject({code: 3, signal: null});
    expect(iterations()).toEqual(upTo(6));
  });
});

describe('a program that is killed', () => {
  it('loses nothing that it had flushed, and the session goes on without a gap', async () => {
    const random = seededRandom('kill -9 of a recording program');
    // Each line it prints tells how many events are flushed.
    const body = `import {writeSync} from 'node:fs';
      for (;;) {
        emit(40, n % 2000);
        sink.flush();
        writeSync(1, n + '\\n');
        if (n % 3 === 0) await new Promise(resolve => setImmediate(resolve));
      }`;
    let recorded = 0;
    for (let kills = 0; kills < 12; kills++) {
      const {child, ended, said} = start(body, {options: 'maxBytes: 150_000'});
      const flushed = () => Number(said.stdout.slice(0, said.stdout.lastIndexOf('\n')).split('\n').at(-1));
      const target = recorded + 1 + random.int(1500);
      await until(() => flushed() >= target);
      child.kill('SIGKILL');
      await ended;
      const sink = openJsonlSink({path});
      recorded = sink.eventCount;
      sink.close();
      expect(recorded).toBeGreaterThanOrEqual(flushed());
      expect(expectNumbered()).toBe(recorded);
    }
    expect(iterations()).toEqual(upTo(recorded));
  });

  it('leaves its session to the next one, which nobody could have while it lived', async () => {
    const {child, ended, hears} = start(`emit(3); sink.flush(); console.log('up'); ${KEEP_ALIVE}`);
    await hears('up');
    const busy = expect.objectContaining({code: 'BUSY'});
    expect(() => openJsonlSink({path})).toThrow(busy);
    const second = await start('').ended;
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`Cannot record into ${path}: somebody else is recording into it.`);
    child.kill('SIGSTOP'); // one that only hangs keeps it
    expect(() => openJsonlSink({path})).toThrow(busy);
    child.kill('SIGKILL');
    await ended;
    const sink = openJsonlSink({path});
    expect(sink.eventCount).toBe(3);
    sink.close();
  });
});

describe('a file that takes no more', () => {
  const limited = {before: 'ulimit -S -f 9'};
  const warnings = (stderr: string) => stderr.match(/StintRecordingWarning: .*/g) ?? [];

  it('costs events, never the work; it is told of once, and once when there is room again', async () => {
    const body = `${KEEP_ALIVE}
      emit(2000, 20);
      await new Promise(resolve => setImmediate(resolve));
      console.log('worked ' + JSON.stringify(sink.health()));
      process.on('warning', warning => {
        if (!warning.message.includes('again')) return;
        emit(1);
        process.exit(0);
      });`;
    const {child, ended, hears, said} = start(body, limited);
    await hears('worked');
    const sick = JSON.parse(said.stdout.replace('worked ', ''));
    expect(sick).toMatchObject({lastError: expect.stringContaining('EFBIG')});
    expect(sick.written).toBeLessThan(50);
    expect(sick.dropped).toBeGreaterThan(1000);
    expect(spawnSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited']).status).toBe(0);
    const {code, stderr} = await ended;
    expect(code).toBe(0);
    expect(warnings(stderr)).toEqual([
      expect.stringMatching(/Events are not recorded in .*EFBIG.*The work goes on/),
      expect.stringContaining(`again; ${sick.dropped} got lost.`),
    ]);
    const all = records();
    const gaps = all.filter(({type}) => type === 'gap');
    expect(gaps).toEqual([expect.objectContaining({dropped: sick.dropped, session_id: 's'})]);
    expect(expectNumbered()).toBe(2001 - sick.dropped + 1);
    expect(iterations().at(-1)).toBe(2000);
    expect(iterations().at(-2)).toBeUndefined();
  });

  it.each([
    ['in the turn in which it is', 'emit(100, 100); sink.flush(); process.exit(5);'],
    ['and only sees it then', 'emit(100, 100); process.exit(5);'],
    ['after closing', 'emit(100, 100); sink.close(); process.exit(5);'],
  ])('is told of by a program that exits %s', async (_, body) => {
    const {code, stderr} = await start(body, limited).ended;
    expect(code).toBe(5);
    expect(warnings(stderr)).toEqual([expect.stringContaining('EFBIG')]);
    const {stderr: silent} = await start(body, {...limited, flags: ['--no-warnings']}).ended;
    expect(silent).toBe('');
    const sink = openJsonlSink({path});
    expect(sink.eventCount).toBe(expectNumbered());
    sink.close();
  });
});

it('a program that records for long takes no more memory for it', async () => {
  const body = `
    const used = () => { gc(); const {heapUsed, external} = process.memoryUsage(); return heapUsed + external; };
    const turns = async count => {
      for (let i = 0; i < count; i++) {
        emit(1000, 100);
        await new Promise(resolve => setImmediate(resolve));
      }
    };
    await turns(50);
    const [before, peak] = [used(), process.resourceUsage().maxRSS];
    await turns(400);
    console.log(JSON.stringify([used() - before, process.resourceUsage().maxRSS - peak]));`;
  const {ended} = start(body, {flags: ['--expose-gc'], options: 'maxBytes: 20e6'});
  const {code, stdout} = await ended;
  expect(code).toBe(0);
  const [bytes, peakKib] = JSON.parse(stdout);
  expect(bytes).toBeLessThan(2e6);
  expect(peakKib).toBeLessThan(48 * 1024);
  const sink = openJsonlSink({path});
  expect(sink.eventCount).toBe(450_000);
  sink.close();
});
