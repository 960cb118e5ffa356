/** The progress sink in programs that end in every way, are killed, share a file, or run out of room. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {until} from '../support/sandbox.ts';

const LIBRARY = pathToFileURL(join(import.meta.dirname, '../../dist/lib/progress/index.js')).href;

let directory: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-progress-'));
  path = join(directory, 'progress.jsonl');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, {recursive: true});
});

interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a program that has a sink, or an inactive one when it reports to nowhere. */
function start(body: string, to = path, before = ':') {
  const file = join(directory, `program-${children.length}.mjs`);
  writeFileSync(
    file,
    `import {openProgressSink} from '${LIBRARY}';\nconst sink = openProgressSink();\n${body}`,
  );
  const command = [`${before} && exec "$0" "$@"`, process.execPath, file];
  const child = spawn('/bin/sh', ['-c', ...command], {
    env: {...process.env, STINT_PROGRESS_JSONL: to},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]): End => ({code, signal, stdout, stderr}));
  return {child, ended, said: (text: string) => until(() => stdout.includes(text))};
}

/** A blank one is no record: a writer that looked while another was writing puts one in. */
function lines(): string[] {
  const all = readFileSync(path, 'utf8').split('\n');
  expect(all.pop()).toBe('');
  return all.filter(line => line !== '');
}

interface Written {
  readonly event: string;
  readonly run_id: string;
  readonly pid: number;
  readonly seq: number;
  readonly [key: string]: unknown;
}

const records = (): Written[] => lines().map(line => JSON.parse(line));
const KEEP_ALIVE = 'setInterval(() => {}, 60_000);';

describe('a program that ends by itself', () => {
  it.each([
    ['when all is done', '', 'cancelled', {note: 'the process ended before the run was complete'}],
    ['after it said that it is complete', 'sink.complete(); process.exitCode = 5;', 'complete', {}],
    ['by process.exit(0)', 'process.exit(0);', 'cancelled', {note: expect.stringContaining('ended before')}],
    ['by process.exit(3)', 'process.exit(3);', 'error', {error: 'the process ended with code 3'}],
    ['with an exit code', 'process.exitCode = 4;', 'error', {error: 'the process ended with code 4'}],
    ['as after a signal', 'process.exit(143);', 'cancelled', {note: 'SIGTERM'}],
    ['by what it throws', "throw new Error('thrown');", 'error', {error: 'thrown'}],
    ['by throwing no error', 'setTimeout(() => { throw Object.create(null); });', 'error', {}],
    ['by a rejection', "Promise.reject(new Error('rejected'));", 'error', {error: 'rejected'}],
    [
      'by a rejection within a span that nobody waits for',
      "sink.span('p', async () => { throw new Error('rejected'); }); setTimeout(() => {}, 1000);",
      'error',
      {error: 'rejected'},
    ],
    [
      'waiting for nothing',
      'await new Promise(() => {});',
      'error',
      {error: 'the process ended with code 13'},
    ],
    [
      'by a handler of exceptions',
      "process.on('uncaughtException', () => process.exit(9)); throw new Error('thrown');",
      'error',
      {error: 'the process ended with code 9'},
    ],
    [
      'later, because it handled an exception',
      "process.on('uncaughtException', () => setTimeout(() => sink.complete())); throw new Error('thrown');",
      'complete',
      {},
    ],
  ])('ends its run once, and as without a sink: %s', async (_, body, event, told) => {
    const {code, signal} = await start(body).ended;
    const without = await start(body, ' ').ended;
    expect({code, signal}).toEqual({code: without.code, signal: without.signal});
    const ends = records().filter(each => ['complete', 'cancelled', 'error'].includes(each.event));
    expect(ends).toEqual([expect.objectContaining({event, ...told})]);
    expect(records().at(-1)).toEqual(ends[0]);
  });

  it('is a worker thread too', async () => {
    const worker = `import('${LIBRARY}').then(({openProgressSink}) => {
      const sink = openProgressSink();
      sink.emit('in_worker', {phase: 'p'});
      throw new Error('worker broke');
    });`;
    const body = `import {Worker} from 'node:worker_threads';
      const worker = new Worker(${JSON.stringify(worker)}, {eval: true});
      worker.on('error', error => { console.log(error.message); sink.complete(); });`;
    expect(await start(body).ended).toMatchObject({code: 0, stdout: 'worker broke\n'});
    expect(records().map(({event}) => event)).toEqual(['in_worker', 'error', 'complete']);
    expect(new Set(records().map(({run_id}) => run_id)).size).toBe(2);
  });
});

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', signal => {
  it('cancels the run and ends the program as it would without a sink', async () => {
    const {child, ended, said} = start(`console.log('up'); ${KEEP_ALIVE}`);
    await said('up');
    child.kill(signal);
    expect(await ended).toMatchObject({code: null, signal, stderr: ''});
    expect(records()).toMatchObject([{event: 'cancelled', note: signal}]);
  });

  it('is the affair of a program that handles it', async () => {
    const handle = `process.on('${signal}', () => { console.log('got it'); });
      process.on('SIGUSR2', () => { sink.complete(); process.exit(0); });`;
    const {child, ended, said} = start(`${handle} console.log('up'); ${KEEP_ALIVE}`);
    await said('up');
    child.kill(signal);
    await said('got it\n');
    child.kill(signal);
    await said('got it\ngot it\n');
    child.kill('SIGUSR2');
    expect(await ended).toMatchObject({code: 0, signal: null});
    expect(records()).toMatchObject([{event: 'complete'}]);
  });

  it('ends a program whose handler does so only when it is the only one', async () => {
    const handle = `process.on('${signal}', function handler() {
      if (process.listeners('${signal}').length > 1) return;
      process.off('${signal}', handler);
      process.kill(process.pid, '${signal}');
    });`;
    const {child, ended, said} = start(`${handle} console.log('up'); ${KEEP_ALIVE}`);
    await said('up');
    child.kill(signal);
    expect(await ended).toMatchObject({code: null, signal});
  });

  it('is handled by the sink again when the program has stopped to', async () => {
    const handle = `process.once('${signal}', () => setImmediate(() => console.log('once')));`;
    const {child, ended, said} = start(`${handle} console.log('up'); ${KEEP_ALIVE}`);
    await said('up');
    child.kill(signal);
    await said('once');
    child.kill(signal);
    expect(await ended).toMatchObject({code: null, signal});
    expect(records()).toMatchObject([{event: 'cancelled', note: signal}]);
  });
});

describe('a file that several write to', () => {
  it('has every line whole and every record of every run', async () => {
    const body = `const other = openProgressSink();
      for (let i = 0; i < 3000; i++) {
        sink.emit('a', {phase: 'p', note: 'x'.repeat(i % 700)});
        other.emit('b', {phase: 'p', note: 'y'.repeat(i % 300)});
      }
      sink.complete();
      other.complete();`;
    await Promise.all([start(body).ended, start(body).ended]);
    const runs = new Map<string, Written[]>();
    for (const record of records()) runs.set(record.run_id, [...(runs.get(record.run_id) ?? []), record]);
    expect(runs.size).toBe(4);
    expect(new Set([...runs.values()].map(run => run[0]?.pid)).size).toBe(2);
    for (const run of runs.values()) expect(run.map(({seq}) => seq)).toEqual(run.map((_, at) => at));
    expect([...runs.values()].map(run => run.length)).toEqual([3001, 3001, 3001, 3001]);
  });

  it('glues nothing to what a killed writer left', async () => {
    const endless = "for (;;) sink.emit('a', {phase: 'p', note: 'x'.repeat(7000)});";
    const steady = `let n = 0;
      const timer = setInterval(() => sink.emit('b', {phase: 'p', rows_processed: n++}), 1);
      process.on('SIGUSR2', () => { clearInterval(timer); sink.complete({rows_processed: n}); });
      console.log('up');`;
    const beside = start(steady);
    await beside.said('up');
    for (let kills = 0; kills < 20; kills++) {
      const size = existsSync(path) ? statSync(path).size : 0;
      const {child, ended} = start(endless);
      await until(() => existsSync(path) && statSync(path).size > size + 20_000 * (kills + 1));
      child.kill('SIGKILL');
      await ended;
    }
    beside.child.kill('SIGUSR2');
    expect(await beside.ended).toMatchObject({code: 0});
    const broken = lines().filter(line => !isRecord(line));
    expect(broken.length).toBeLessThanOrEqual(20);
    for (const line of broken) expect(line.match(/"schema"/g)?.length ?? 0).toBeLessThan(2);
    const whole = lines()
      .filter(isRecord)
      .map(line => JSON.parse(line) as Written);
    const run = whole.filter(({pid}) => pid === beside.child.pid);
    expect(run.at(-1)).toMatchObject({event: 'complete', rows_processed: run.length - 1});
    expect(run.map(({seq}) => seq)).toEqual(run.map((_, at) => at));
  });
});

function isRecord(line: string): boolean {
  try {
    return typeof (JSON.parse(line) as Written).event === 'string';
  } catch {
    return false;
  }
}

describe('a file that takes no more', () => {
  it('costs events and one warning, never the work, and reporting goes on when there is room', async () => {
    // The file is full after so many blocks; cutting it makes room.
    const body = `import {truncateSync, statSync} from 'node:fs';
      const file = process.env.STINT_PROGRESS_JSONL;
      for (let i = 0; i < 100; i++) sink.emit('a', {phase: 'p', note: 'x'.repeat(80)});
      await new Promise(resolve => setImmediate(resolve));
      console.log(statSync(file).size);
      truncateSync(file, 1000);
      sink.emit('b', {phase: 'p'});
      sink.emit('c', {phase: 'p'});
      sink.complete();
      console.log('worked');`;
    const {code, stdout, stderr} = await start(body, path, 'ulimit -f 9').ended;
    expect({code, stdout}).toEqual({code: 0, stdout: expect.stringMatching(/^\d{4}\nworked\n$/)});
    expect(stderr.match(/StintProgressWarning/g)).toHaveLength(1);
    expect(stderr).toMatch(
      /Progress could not be reported to .*: (only \d+ of \d+ bytes|EFBIG).*The work goes on/,
    );
    const all = lines();
    const torn = all.filter(line => !isRecord(line));
    expect(torn.length).toBe(1);
    expect(torn[0]?.match(/"schema"/g)).toHaveLength(1);
    const events = all.filter(isRecord).map(line => (JSON.parse(line) as Written).event);
    expect(events.slice(-3)).toEqual(['b', 'c', 'complete']);
    const seqs = all.filter(isRecord).map(line => (JSON.parse(line) as Written).seq);
    expect(seqs.slice(-3)).toEqual([100, 101, 102]);
  });

  it('is /dev/full: one warning, however many events', async () => {
    const {code, stderr} = await start(
      "for (let i = 0; i < 50; i++) sink.emit('a', {phase: 'p'}); sink.complete();",
      '/dev/full',
    ).ended;
    expect(code).toBe(0);
    expect(stderr.match(/StintProgressWarning: /g)).toHaveLength(1);
    expect(stderr).toContain('ENOSPC');
  });

  it('is a pipe that nobody reads: the work does not wait for it', async () => {
    const {code, stdout} = await start(
      "for (let i = 0; i < 2000; i++) sink.emit('a', {phase: 'p'}); sink.complete(); console.log('worked');",
      path,
      `mkfifo '${path}'`,
    ).ended;
    expect({code, stdout}).toEqual({code: 0, stdout: 'worked\n'});
  });
});

it('a program that only imports the library loads no database and no listener', async () => {
  const file = join(directory, 'import.mjs');
  writeFileSync(
    file,
    `import {createRequire} from 'node:module';
     const before = process.listenerCount('exit') + process.listenerCount('SIGINT');
     await import('${LIBRARY}');
     const modules = [...Object.keys(createRequire('${LIBRARY}').cache), ...process.moduleLoadList];
     const loaded = modules.filter(name => name.includes('sqlite'));
     console.log(JSON.stringify([loaded, process.listenerCount('exit') + process.listenerCount('SIGINT') - before]));`,
  );
  const child = spawn(process.execPath, [file], {stdio: ['ignore', 'pipe', 'inherit']});
  children.push(child);
  const [said] = await once(child.stdout.setEncoding('utf8'), 'data');
  expect(JSON.parse(said)).toEqual([[], 0]);
});
