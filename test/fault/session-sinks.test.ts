/** Programs that end in every way while sinks of sessions hold something back. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {until} from '../support/sandbox.ts';

const LIBRARY = pathToFileURL(join(import.meta.dirname, '../../dist/lib/agent-events/index.js')).href;

let directory: string;
let path: string;
const children: ChildProcess[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-sinks-'));
  path = join(directory, 'flushed');
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  rmSync(directory, {recursive: true});
});

/** Two sinks of two sessions, one of which breaks, and a third that was taken back; each writes what it holds when it is flushed. */
const WITH_SINKS = `
  import {appendFileSync} from 'node:fs';
  import {SessionSinks} from '${LIBRARY}';
  const registry = new SessionSinks(() => {});
  function sink(name) {
    let held = [];
    return {
      handleEvent: event => held.push(name + ' ' + event.iteration + '\\n'),
      flush: () => { for (const line of held.splice(0)) appendFileSync(process.env.FLUSHED, line); },
    };
  }
  registry.register('a', {handleEvent: () => {}, flush: () => { throw new Error('broken'); }});
  for (const name of ['a', 'b']) registry.register(name, sink(name));
  registry.register('a', sink('taken back'))();
  const emit = (name, iteration) => registry.emit({type: 'turn_start', session_id: name, iteration});
  emit('a', 0); emit('b', 1); emit('a', 2);
`;
const WITHOUT = 'const registry = {flush() {}, close() {}}; const emit = () => {};';
const FLUSHED = ['a 0', 'a 2', 'b 1'];

function start(body: string, head = WITH_SINKS) {
  const file = join(directory, `program-${children.length}.mjs`);
  writeFileSync(file, `${head}\n${body}`);
  const child = spawn(process.execPath, [file], {
    env: {...process.env, FLUSHED: path},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.resume();
  const ended = once(child, 'close').then(([code, signal]) => ({code, signal, stdout}));
  return {child, ended, said: (text: string) => until(() => stdout.includes(text))};
}

function flushed(): string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1).sort() : [];
}

const KEEP_ALIVE = 'setInterval(() => {}, 60_000);';

describe('a program that ends by itself', () => {
  it.each([
    ['when all is done', ''],
    ['with an exit code', 'process.exitCode = 4;'],
    ['by process.exit(0)', 'process.exit(0);'],
    ['by process.exit(3) in a timer', 'setTimeout(() => process.exit(3));'],
    ['by what it throws', "throw new Error('thrown');"],
    ['by a rejection', "Promise.reject(new Error('rejected'));"],
    [
      'by a handler of exceptions',
      "process.on('uncaughtException', () => process.exit(9)); throw new Error();",
    ],
    [
      'later, because it handled an exception',
      "process.on('uncaughtException', () => {}); throw new Error();",
    ],
    ['waiting for nothing', 'await new Promise(() => {});'],
  ])('has flushed the sinks, and ends as without: %s', async (_, body) => {
    const {code, signal} = await start(body).ended;
    const without = await start(body, WITHOUT).ended;
    expect({code, signal}).toEqual({code: without.code, signal: without.signal});
    expect(flushed()).toEqual(FLUSHED);
  });

  it('has flushed them when it closes the registry, and holds on to nothing', async () => {
    expect(await start("registry.close(); emit('a', 3);").ended).toMatchObject({code: 0});
    expect(flushed()).toEqual(FLUSHED);
  });
});

describe.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s', signal => {
  it('flushes the sinks and ends the program as it would without them', async () => {
    const {child, ended, said} = start(`console.log('up'); ${KEEP_ALIVE}`);
    await said('up');
    expect(flushed()).toEqual([]);
    child.kill(signal);
    expect(await ended).toMatchObject({code: null, signal});
    expect(flushed()).toEqual(FLUSHED);
  });

  it.each([
    ['exits', 'process.exit(7);', 7],
    ['lets it end', 'clearInterval(timer);', 0],
  ])('is the affair of a program that handles it: it %s', async (_, handle, code) => {
    const body = `const timer = setInterval(() => {}, 60_000);
      process.on('${signal}', () => { console.log('got it'); emit('b', 3); ${handle} });
      console.log('up');`;
    for (const head of [WITHOUT, WITH_SINKS]) {
      const {child, ended, said} = start(body, head);
      await said('up');
      child.kill(signal);
      expect(await ended).toEqual({code, signal: null, stdout: 'up\ngot it\n'});
    }
    expect(flushed()).toEqual([...FLUSHED, 'b 3']);
  });

  it('does not end a program that goes on after it', async () => {
    const body = `process.on('${signal}', () => console.log('got it'));
      process.on('SIGUSR2', () => process.exit(0)); console.log('up'); ${KEEP_ALIVE}`;
    const {child, ended, said} = start(body);
    await said('up');
    child.kill(signal);
    await said('got it\n');
    child.kill(signal);
    await said('got it\ngot it\n');
    expect(flushed()).toEqual([]);
    child.kill('SIGUSR2');
    expect(await ended).toMatchObject({code: 0, signal: null});
    expect(flushed()).toEqual(FLUSHED);
  });
});

it('a program that has closed its registry ends by a signal like any other', async () => {
  const {child, ended, said} = start(`registry.close(); emit('a', 3); console.log('up'); ${KEEP_ALIVE}`);
  await said('up');
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({code: null, signal: 'SIGTERM'});
  expect(flushed()).toEqual(FLUSHED);
});
