import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {defineProgress} from '../definition.ts';
import {PROGRESS_RUN_VARIABLE, PROGRESS_VARIABLE} from '../record.ts';
import {disabledProgressSink} from './disabled-sink.ts';
import {openProgressSink} from './open-sink.ts';
import type {OpenProgressSink} from './sink.ts';

let directory: TemporaryDirectory;
let path: string;
let warnings: string[];
const warn = (message: string) => {
  warnings.push(message);
};
const sinks: OpenProgressSink[] = [];
beforeEach(() => {
  directory = temporaryDirectory();
  path = directory.at('progress.jsonl');
  warnings = [];
  vi.stubEnv(PROGRESS_VARIABLE, undefined);
  vi.stubEnv(PROGRESS_RUN_VARIABLE, undefined);
});
afterEach(() => {
  for (const sink of sinks.splice(0)) sink.cancelled();
  vi.unstubAllEnvs();
  directory.remove();
});

function open(): OpenProgressSink {
  const sink = openProgressSink({path, warn});
  sinks.push(sink);
  return sink;
}

function linesOf(file = path): string[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  return lines;
}

const records = (file = path): Record<string, unknown>[] => linesOf(file).map(line => JSON.parse(line));
const events = (): unknown[] => records().map(({event}) => event);

const build = defineProgress({
  compile_start: {phase: 'compile', sub_phase: 'start', fields: ['note'], expect_ms: 60_000},
  compile_again_start: {phase: 'compile', sub_phase: 'start'},
  compile_done: {phase: 'compile', sub_phase: 'done', fields: ['bytes']},
  built: {phase: 'complete', sub_phase: 'complete', fields: ['bytes']},
  broken: {phase: 'error', sub_phase: 'error'},
});

describe('where a sink reports to', () => {
  it.each([undefined, '', ' ', '\t\n '])('is nowhere when the variable is %j', value => {
    vi.stubEnv(PROGRESS_VARIABLE, value);
    const sink = openProgressSink({labels: {tier: 'fast'}, warn});
    expect(sink.isActive).toBe(false);
    expect(sink.labels).toEqual({tier: 'fast'});
    sink.emit('tick', {phase: 'any'});
    expect(sink.span('any', () => 5)).toBe(5);
    sink.complete();
    expect(warnings).toEqual([]);
  });

  it('is the file that the variable names, without the blanks around it, made with its directories and private', () => {
    path = directory.at('a', 'b', 'progress.jsonl');
    vi.stubEnv(PROGRESS_VARIABLE, `  ${path}\n`);
    const sink = openProgressSink();
    expect(sink.isActive).toBe(true);
    sink.complete();
    expect(events()).toEqual(['complete']);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is the given file before that of the variable, and a blank one is none', () => {
    vi.stubEnv(PROGRESS_VARIABLE, directory.at('other.jsonl'));
    open().complete();
    expect(events()).toEqual(['complete']);
    expect(openProgressSink({path: ' '}).isActive).toBe(false);
    expect(existsSync(directory.at('other.jsonl'))).toBe(false);
  });

  it.each(['a directory', 'below a file', 'a name with a NUL', 'where no directory can be made'])(
    'is nowhere, said once, when it is %s',
    what => {
      writeFileSync(directory.at('file'), '');
      mkdirSync(directory.at('directory'));
      const names = {
        'a directory': directory.at('directory'),
        'below a file': directory.at('file/x'),
        'a name with a NUL': directory.at('a\0b'),
        'where no directory can be made': '/proc/stint-test/a/x',
      };
      const sink = openProgressSink({path: names[what as keyof typeof names], warn});
      expect(sink.isActive).toBe(false);
      sink.emit('tick', {phase: 'any'});
      sink.complete();
      expect(warnings).toEqual([
        expect.stringMatching(/^Progress cannot be reported to .*: .*\. The work goes on/s),
      ]);
    },
  );

  it('survives a listener of warnings that throws', () => {
    const failing = () => {
      throw new Error('no');
    };
    expect(openProgressSink({path: directory.path, warn: failing}).isActive).toBe(false);
  });
});

describe('a run', () => {
  it('has an id of its own for each sink, unless the environment names one', () => {
    const [a, b] = [open(), open()];
    a.complete();
    b.complete();
    vi.stubEnv(PROGRESS_RUN_VARIABLE, ' one ');
    open().complete();
    const [first, second, third] = records().map(({run_id}) => run_id);
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(second).not.toBe(first);
    expect(third).toBe('one');
    expect(records().map(({seq}) => seq)).toEqual([0, 0, 0]);
  });

  it.each(['complete', 'cancelled', 'error'] as const)('ends with the first end that is said: %s', first => {
    const sink = open();
    expect(sink.isActive).toBe(true);
    if (first === 'error') sink.error(new Error('why'), {last_message_id: 5});
    else sink[first]({rows_processed: 3});
    expect(sink.isActive).toBe(false);
    sink.complete();
    sink.cancelled();
    sink.error('x');
    sink.emit('complete', {phase: 'complete'});
    sink.emit('tick', {phase: 'any'});
    expect(sink.span('any', () => 7)).toBe(7);
    expect(records()).toEqual([expect.objectContaining({event: first, phase: first, sub_phase: first})]);
    const told = first === 'error' ? {error: 'why', last_message_id: 5} : {rows_processed: 3};
    expect(records()[0]).toMatchObject(told);
  });

  it('ends with an event that a reader takes for its end, whatever it is called', () => {
    const sink = openProgressSink({path, definition: build});
    sink.emit('built', {bytes: 5});
    sink.complete();
    expect(events()).toEqual(['built']);
    const other = openProgressSink({path, definition: build});
    other.error(new TypeError(''));
    expect(records()[1]).toMatchObject({event: 'broken', phase: 'error', error: 'TypeError'});
  });

  it('leaves neither descriptors nor listeners behind when it is over', () => {
    const open = () => readdirSync('/proc/self/fd').map(fd => linkOf(fd));
    const listeners = () => ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map(name => process.listenerCount(name));
    const before = listeners();
    for (let run = 0; run < 50; run++) openProgressSink({path}).complete();
    const [first, second] = [openProgressSink({path}), openProgressSink({path})];
    expect(listeners()).toEqual(before.map(count => count + 1));
    first.complete();
    expect(listeners()).toEqual(before.map(count => count + 1));
    second.complete();
    expect(listeners()).toEqual(before);
    expect(open().filter(link => link === path || link.endsWith('/status'))).toEqual([]);
  });
});

function deferred<T>(): {promise: Promise<T>; resolve: (value: T) => void} {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>(take => {
    resolve = take;
  });
  return {promise, resolve};
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ''; // the one that listed them
  }
}

describe('a span', () => {
  it('tells the start and the end of work, with what was learnt meanwhile, and hands its value on', () => {
    const sink = open();
    const value = sink.span(
      'embed',
      span => {
        sink.emit('half', {phase: 'embed'});
        span.set({rows_processed: 128});
        span.set({bytes: 9});
        return 'value';
      },
      {batch_index: 3},
    );
    expect(value).toBe('value');
    expect(records()).toMatchObject([
      {event: 'embed_start', phase: 'embed', sub_phase: 'start', batch_index: 3},
      {event: 'half', phase: 'embed', sub_phase: 'progress'},
      {event: 'embed_done', phase: 'embed', sub_phase: 'done', batch_index: 3, rows_processed: 128, bytes: 9},
    ]);
    expect(records()[0]).not.toHaveProperty('bytes');
  });

  it('tells of work that throws, and throws the same', () => {
    const sink = open();
    const error = new Error('broken');
    const act = () =>
      sink.span('embed', () => {
        throw error;
      });
    expect(act).toThrow(error);
    expect(records()[1]).toMatchObject({
      event: 'embed_error',
      phase: 'embed',
      sub_phase: 'error',
      error: 'broken',
    });
    expect(sink.isActive).toBe(true);
  });

  it('ends when its promise does', async () => {
    const sink = open();
    const {promise, resolve} = deferred<number>();
    const result = sink.span('embed', () => promise);
    expect(events()).toEqual(['embed_start']);
    resolve(5);
    expect(await result).toBe(5);
    expect(events()).toEqual(['embed_start', 'embed_done']);
  });

  it('tells of a promise that is rejected, and rejects alike', async () => {
    const sink = open();
    const error = new Error('broken');
    await expect(sink.span('embed', () => Promise.reject(error))).rejects.toBe(error);
    expect(records()[1]).toMatchObject({event: 'embed_error', error: 'broken'});
  });

  it('may overlap with others', async () => {
    const sink = open();
    const [first, second] = [deferred<void>(), deferred<void>()];
    const both = [
      sink.span('embed', () => first.promise, {batch_index: 1}),
      sink.span('embed', () => second.promise, {batch_index: 2}),
    ];
    second.resolve();
    await both[1];
    first.resolve();
    await both[0];
    expect(records().map(({sub_phase, batch_index}) => [sub_phase, batch_index])).toEqual([
      ['start', 1],
      ['start', 2],
      ['done', 2],
      ['done', 1],
    ]);
  });

  it('uses the first events of the definition for its phase, each with the fields that it may tell', () => {
    const sink = openProgressSink({path, definition: build});
    sink.span('compile', span => span.set({bytes: 4}), {note: 'a'});
    expect(records()[0]).toMatchObject({event: 'compile_start', note: 'a', expect_ms: 60_000});
    expect(records()[1]).toMatchObject({event: 'compile_done', bytes: 4});
    expect(records()[1]).not.toHaveProperty('note');
    sink.complete();
  });
});

describe('a sink that is given what it cannot write', () => {
  it('does not throw, and writes what it can', () => {
    const sink = open();
    const emit = sink.emit.bind(sink) as (event: unknown, fields?: unknown) => void;
    emit('a');
    emit('b', null);
    emit('c', {phase: null, sub_phase: null, note: null, rows_total: 5n});
    emit('d', 'text');
    emit(Symbol('e'), {phase: 5});
    emit('f', {phase: 'p', toJSON: () => 'x', note: {}});
    expect(records()).toMatchObject([
      {event: 'a', phase: 'a', sub_phase: 'progress'},
      {event: 'b', phase: 'b'},
      {event: 'c', phase: 'c', sub_phase: 'progress'},
      {event: 'd'},
      {event: 'Symbol(e)', phase: '5'},
      {event: 'f', phase: 'p'},
    ]);
    expect(readFileSync(path, 'utf8')).not.toContain('null');
    expect(warnings).toEqual([]);
  });

  it('loses an event that cannot be looked at, says so once, and goes on', () => {
    const sink = open();
    const hostile = {
      phase: 'x',
      get note(): string {
        throw new Error('hostile');
      },
    };
    sink.emit('a', hostile);
    sink.emit('b', hostile);
    expect(sink.span('s', span => span.set(hostile), hostile)).toBeUndefined();
    sink.emit('c', {phase: 'x'});
    sink.complete(hostile);
    expect(sink.isActive).toBe(false);
    expect(events()).toEqual(['c']);
    expect(warnings[0]).toContain('hostile');
    expect(warnings).toHaveLength(2); // again after it had worked
  });

  it('names what was thrown, whatever it is', () => {
    const wild = [Object.create(null), {toString: () => 1n + (1 as never)}, Symbol('s'), null, undefined, 7];
    for (const thrown of wild) {
      const act = () =>
        open().span('embed', () => {
          throw thrown;
        });
      try {
        act();
      } catch (error) {
        expect(error).toBe(thrown);
      }
      open().error(thrown);
    }
    const errors = records().flatMap(({sub_phase, error}) => (sub_phase === 'error' ? [error] : []));
    expect(errors).toHaveLength(12);
    expect(errors.every(error => typeof error === 'string' && error !== '')).toBe(true);
  });

  it('leaves out labels that it cannot write', () => {
    const labels = {tier: 'fast', big: 1n, run_id: 'mine', self: {}} as never;
    openProgressSink({path, labels}).complete();
    expect(Object.keys(records()[0] ?? {})).not.toContain('big');
    expect(records()[0]).toMatchObject({tier: 'fast', run_id: expect.stringMatching(/^[0-9a-f]{16}$/)});
  });
});

describe('a file that ends inside a line', () => {
  it('gets a newline before the first record', () => {
    writeFileSync(path, '{"event":"a","phase":"p","sub_');
    open().complete();
    expect(linesOf()[0]).toBe('{"event":"a","phase":"p","sub_');
    expect(JSON.parse(linesOf()[1] ?? '')).toMatchObject({event: 'complete'});
  });

  it('gets one as well when another writer died in the middle of it just now', () => {
    const sink = open();
    sink.emit('a', {phase: 'p'});
    appendFileSync(path, '{"event":"of another');
    sink.emit('b', {phase: 'p'});
    sink.emit('c', {phase: 'p'});
    appendFileSync(path, '{"event":"whole"}\n');
    sink.emit('d', {phase: 'p'});
    const lines = linesOf();
    expect(lines.splice(1, 1)).toEqual(['{"event":"of another']);
    expect(lines.map(line => JSON.parse(line).event)).toEqual(['a', 'b', 'c', 'whole', 'd']);
  });
});

it('a disabled sink does nothing, and its labels say unknown', async () => {
  const sink = disabledProgressSink<typeof build>();
  expect(sink.isActive).toBe(false);
  expect(sink.labels).toEqual({tier: 'unknown', embedder_id: 'unknown'});
  sink.emit('compile_start');
  expect(sink.span('compile', span => span.set({bytes: 1}))).toBeUndefined();
  expect(await sink.span('compile', async () => 3)).toBe(3);
  expect(() =>
    sink.span('compile', () => {
      throw new Error('passed on');
    }),
  ).toThrow('passed on');
  sink.complete();
  sink.cancelled();
  sink.error('x');
});
