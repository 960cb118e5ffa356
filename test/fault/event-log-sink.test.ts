/** Programs that record a session in the event log: side by side, and ending in every way while events wait. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type EventLog, openEventLog} from '../../src/event-log/index.ts';
import {EVENTS_SCHEMA, openForWriting} from '../../src/store/index.ts';
import {until} from '../support/sandbox.ts';

const LIBRARY = pathToFileURL(join(import.meta.dirname, '../../dist/lib/agent-events/index.js')).href;
const KEEP_ALIVE = 'setInterval(() => {}, 60_000);';

let directory: string;
let path: string;
let log: EventLog;
const children: ChildProcess[] = [];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'stint-log-sink-'));
  path = join(directory, 'events.db');
  log = await openEventLog({backend: 'sqlite', path});
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await log.close();
  rmSync(directory, {recursive: true});
});

/** Opens the session `s`; the body may `emit(from, to)`. */
function start(body: string) {
  const file = join(directory, `program-${children.length}.mjs`);
  writeFileSync(
    file,
    `import {openSessionSink, SessionSinks} from '${LIBRARY}';
     const name = process.argv[2];
     const log = {backend: 'sqlite', path: '${path}'};
     const sink = await openSessionSink({sessionId: 's', log, directory: '${directory}'});
     const emit = (from, to, session_id = 's') => {
       for (let iteration = from; iteration < to; iteration++)
         sink.handleEvent({type: 'turn_start', session_id, name, iteration});
     };
     ${body}`,
  );
  const child = spawn(process.execPath, [file, String(children.length)], {stdio: ['ignore', 'pipe', 'pipe']});
  children.push(child);
  const said = {stdout: '', stderr: ''};
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({code, signal, ...said}));
  return {child, ended, said: (text: string) => until(() => said.stdout.includes(text))};
}

async function events(sessionId = 's'): Promise<{name: string; iteration: number}[]> {
  const entries = await log.readRange(`observability.agent_events.${sessionId}`, {limit: 1_000_000});
  return entries.map(({payload}) => (payload as {event: {name: string; iteration: number}}).event);
}

const counted = (count: number) => Array.from({length: count}, (_, at) => at);
const iterations = async (sessionId?: string) => (await events(sessionId)).map(each => each.iteration);

describe('a program that ends with events on their way', () => {
  it.each([
    ['when all is done', '', {code: 0}],
    ['by process.exit(3)', 'process.exit(3);', {code: 3}],
    ['by what it throws', "throw new Error('thrown');", {code: 1}],
    ['by SIGTERM', `${KEEP_ALIVE} process.kill(process.pid, 'SIGTERM');`, {signal: 'SIGTERM'}],
    [
      'after it was flushed by the registry as well',
      `const registry = new SessionSinks(console.error); registry.register('s', sink); process.exit(0);`,
      {code: 0},
    ],
    ['a few turns later', 'setImmediate(() => { emit(2500, 2600); process.exit(0); });', {code: 0}, 2600],
  ])('%s, has recorded all of them', async (_, body, end, count = 2500) => {
    const program = start(`emit(0, 2500); emit(0, 10, 'child'); ${body}`);
    expect(await program.ended).toMatchObject(end);
    expect(await iterations()).toEqual(counted(count));
    expect(await iterations('child')).toEqual(counted(10));
  });

  it('waits for somebody else who is writing', async () => {
    const db = openForWriting(path, EVENTS_SCHEMA);
    db.exec('BEGIN IMMEDIATE');
    const program = start(`emit(0, 5); console.log('ending'); process.exit(0);`);
    await program.said('ending');
    db.exec('ROLLBACK');
    db.close();
    expect(await program.ended).toMatchObject({code: 0, stderr: ''});
    expect(await iterations()).toEqual(counted(5));
  });

  it('says what it lost where somebody else does not stop writing', async () => {
    const db = openForWriting(path, EVENTS_SCHEMA);
    db.exec('BEGIN IMMEDIATE');
    const {code, stderr} = await start('emit(0, 5); process.exit(0);').ended;
    db.exec('ROLLBACK');
    db.close();
    expect(code).toBe(0);
    expect(stderr).toContain(
      `The event log ${path}: 5 entries could not be appended before the process ended: The database ${path} is busy.`,
    );
    expect(await iterations()).toEqual([]);
  });

  it('by SIGKILL, has recorded all before its last turns, in order', async () => {
    const program = start(
      `let at = 0; setInterval(() => { emit(at, at += 10); if (at === 200) console.log('going'); }, 1);`,
    );
    await program.said('going');
    program.child.kill('SIGKILL');
    await program.ended;
    const written = await iterations();
    expect(written).toEqual(counted(written.length));
    expect(written.length).toBeGreaterThanOrEqual(180);
  });
});

describe('several programs that record the same session', () => {
  it('keep each its own order, and lose nothing', async () => {
    const body = `for (let at = 0; at < 3000; at += 30) { emit(at, at + 30); await new Promise(setImmediate); }
      await sink.close();`;
    const ends = await Promise.all([0, 1, 2].map(() => start(body).ended));
    expect(ends).toMatchObject([{stderr: ''}, {stderr: ''}, {stderr: ''}]);
    const all = await events();
    expect(all).toHaveLength(9000);
    for (const name of ['0', '1', '2']) {
      const own = all.filter(each => each.name === name).map(({iteration}) => iteration);
      expect(own).toEqual(counted(3000));
    }
  });
});

describe('an open session', () => {
  it('does not keep its program alive', async () => {
    expect(await start('emit(0, 1); await sink.flush();').ended).toMatchObject({code: 0, stderr: ''});
  });
});
