import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {text} from 'node:stream/consumers';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {openJsonlSink, parsePersistedEvent, toAcp} from '../../src/agent-events/index.ts';
import {openEventLog} from '../../src/event-log/index.ts';
import {readLines} from '../../src/journal/index.ts';
import {analyseProgressFile} from '../../src/progress/index.ts';
import {Sandbox, STINT} from '../support/sandbox.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

describe('examples/submit-and-wait.mjs', () => {
  it('prints what the command wrote on both streams and exits with its code', async () => {
    const {code, stdout} = await start(
      'submit-and-wait.mjs',
      'sh',
      '-c',
      'echo a; sleep 0.1; echo b >&2; exit 5',
    ).finished;
    expect(stdout).toBe('stdout: a\nstderr: b\n');
    expect(code).toBe(5);
  });

  it('does not notice that the coordinator is killed while it waits', async () => {
    const example = start('submit-and-wait.mjs');
    await example.seen('submitted');
    await sandbox.killCoordinator();
    expect(await example.finished).toMatchObject({code: 0, stdout: 'stdout: working\nstdout: done\n'});
  });

  it('submits what the command line finds by the id that it printed', async () => {
    const example = start('submit-and-wait.mjs', 'echo', 'hello');
    await example.finished;
    const [, invocation = ''] = /logs -f ([0-9a-f]{12})/.exec((await example.finished).stderr) ?? [];
    expect(await sandbox.ok(['logs', invocation])).toBe('hello\n');
  });
});

describe('examples/build-graph.mjs', () => {
  it('says how each job of its graph ended, and which was skipped because of which', async () => {
    const {code, stdout} = await start('build-graph.mjs').finished;
    expect(stdout.replace(/[0-9a-f]{6}:/, '')).toBe(
      [
        'fetch: completed',
        'compile: completed',
        'lint: failed',
        'test: completed',
        'publish: skipped (lint failed)',
        'report: completed',
        '',
      ].join('\n'),
    );
    expect(code).toBe(1);
  });
});

describe('examples/progress', () => {
  it.each([
    ['mjs', process.execPath, '300 rows\n'],
    ['py', 'python3', '3 files\n'],
    ['sh', 'sh', '3 parts\n'],
  ])('.%s reports its phases, whose times the library adds up', async (ending, interpreter, stdout) => {
    const path = join(sandbox.root, 'progress.jsonl');
    const end = await run(interpreter, join(EXAMPLES, `progress.${ending}`), path);
    expect(end).toMatchObject({code: 0, stdout, stderr: ''});
    const report = analyseProgressFile(path).report();
    expect(report).toMatchObject({skipped: {lines: 0}, runs: [{outcome: 'complete'}]});
    const phases = report.runs[0]?.phases ?? [];
    expect(phases.map(({phase}) => phase)).toEqual(
      ending === 'mjs' ? expect.arrayContaining(['select', 'embed', 'store']) : ['pack'],
    );
    expect(Math.max(...phases.map(({wall_ms}) => wall_ms ?? 0))).toBeGreaterThan(40);
  });

  it.each([
    ['mjs', process.execPath],
    ['py', 'python3'],
    ['sh', 'sh'],
  ])('.%s does its work where nobody asked for progress', async (ending, interpreter) => {
    const end = await run(interpreter, join(EXAMPLES, `progress.${ending}`), ' ');
    expect(end).toMatchObject({code: 0, stderr: ''});
    expect(readdirSync(sandbox.work)).toEqual([]);
  });
});

describe('examples/record-session.mjs', () => {
  it('records events in order, and goes on behind them when it is run again', async () => {
    const run = () => start('record-session.mjs', 'session.jsonl').finished;
    expect(await run()).toEqual({
      code: 0,
      stdout: '3 events recorded, 0 lost; 3 in session.jsonl\n',
      stderr: '',
    });
    expect((await run()).stdout).toBe('3 events recorded, 0 lost; 6 in session.jsonl\n');
    const once = ['turn_start', 'agent_message_chunk', 'stop'];
    expect(recorded('session.jsonl')).toMatchObject(
      [...once, ...once].map((type, index) => ({index, event: {type, session_id: 'example'}})),
    );
  });
});

describe('examples/follow-session.mjs', () => {
  it('prints the events of another process as they come, and ends when the session stops', async () => {
    const example = start('follow-session.mjs', 'session.jsonl');
    const sink = openJsonlSink({path: join(sandbox.work, 'session.jsonl')});
    sink.handleEvent({type: 'agent_message_chunk', session_id: 's', content: 'größer'});
    await example.printed('0 agent_message_chunk {"content":"größer"}\n');
    sink.handleEvent({type: 'stop', session_id: 's', reason: 'end_turn'});
    expect(await example.finished).toEqual({
      code: 0,
      stdout: '0 agent_message_chunk {"content":"größer"}\n1 stop {"reason":"end_turn"}\n',
      stderr: '',
    });
    sink.close();
  });

  it('begins where it is told to', async () => {
    await start('record-session.mjs').finished;
    const {stdout} = await start('follow-session.mjs', 'session.jsonl', '2').finished;
    expect(stdout).toBe('2 stop {"reason":"end_turn"}\n');
  });
});

describe('examples/fan-out.mjs', () => {
  it('records the events that it sends to an ACP client', async () => {
    const {code, stdout, stderr} = await start('fan-out.mjs', 'session.jsonl').finished;
    expect({code, stderr}).toEqual({code: 0, stderr: ''});
    const events = recorded('session.jsonl').map(each => each?.event ?? {type: 'no event'});
    expect(events.map(({type}) => type)).toEqual(['turn_start', 'agent_message_chunk', 'plan', 'stop']);
    const sent: unknown[] = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(sent).toEqual(events.map(event => ({jsonrpc: '2.0', ...toAcp(event)})));
    expect(sent).toContainEqual(expect.objectContaining({method: 'session/update'}));
  });
});

/** The events of a session in the working directory. */
function recorded(name: string) {
  return [...readLines(join(sandbox.work, name))].flat().map(parsePersistedEvent);
}

describe('examples/resume-consumer.mjs', () => {
  it('handles every entry at least once and in order, however often it is killed', async () => {
    const log = await openEventLog({backend: 'sqlite', path: join(sandbox.state, 'events.db')});
    const entries = (from: number) =>
      Array.from({length: 5000}, (_, at) => ({kind: 'built', payload: {number: from + at}}));
    await log.appendMany('builds', entries(1));
    const handled: number[][] = [];
    for (const round of [1, 2, 3]) {
      const example = start('resume-consumer.mjs');
      await example.printed(' built ');
      await log.appendMany('builds', entries(5000 * round + 1));
      example.child.kill('SIGKILL');
      handled.push(idsIn((await example.finished).stdout));
    }
    const last = start('resume-consumer.mjs');
    await last.printed('20000 built {"number":20000}\n');
    last.child.kill('SIGTERM');
    const {code, stdout, stderr} = await last.finished;
    expect({code, stderr}).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^printer goes on behind \d+\n$/),
    });
    handled.push(idsIn(stdout));
    expect(handled[0]?.length).toBeLessThan(20_000);
    let seen = 0;
    for (const ids of handled) {
      const [first = 0] = ids;
      // what was being handled when it was killed comes again, and nothing else does
      expect([seen, seen + 1]).toContain(first);
      expect(ids).toEqual(ids.map((_, at) => first + at));
      seen = ids.at(-1) ?? seen;
    }
    expect(seen).toBe(20_000);
    expect(await log.consumerCursor('builds', 'printer')).toBe(20_000);
    await log.close();
  });
});

/** The first number of every complete line. */
function idsIn(stdout: string): number[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map(line => Number.parseInt(line, 10));
}

/** Runs an example that reports to a file, with this checkout's stint on its path. */
async function run(interpreter: string, example: string, path: string) {
  const child = spawn(interpreter, [example], {
    cwd: sandbox.work,
    env: {
      ...sandbox.environment(),
      STINT_PROGRESS_JSONL: path,
      PATH: `${dirname(STINT)}:${process.env.PATH}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>,
  ]);
  return {code, stdout, stderr};
}

function start(example: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(EXAMPLES, example), ...args], {
    cwd: sandbox.work,
    env: sandbox.environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = {stdout: '', stderr: ''};
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    texts.stdout += piece;
  });
  child.stderr.setEncoding('utf8').on('data', (piece: string) => {
    texts.stderr += piece;
  });
  return {
    finished: once(child, 'close').then(([code]) => ({code: code as number | null, ...texts})),
    child,
    /** Resolves when it has printed this on stdout. */
    printed: async (wanted: string) => {
      while (!texts.stdout.includes(wanted)) await once(child.stdout, 'data');
    },
    /** Resolves when it has said this on stderr. */
    seen: async (wanted: string) => {
      while (!texts.stderr.includes(wanted)) await once(child.stderr, 'data');
    },
  };
}
