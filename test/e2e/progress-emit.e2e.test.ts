/** A shell script takes part with one command per step. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox, STINT} from '../support/sandbox.ts';

let sandbox: Sandbox;
let file: string;
beforeEach(() => {
  sandbox = new Sandbox();
  file = join(sandbox.work, 'some', 'where', 'p.jsonl');
});
afterEach(() => sandbox.dispose());

type Told = Readonly<Record<string, unknown>>;

function records(path = file): Told[] {
  const text = readFileSync(path, 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .filter(line => line !== '') // one that was half there for a moment is taken for torn: a blank line more
    .map(line => JSON.parse(line) as Told);
}

/** Runs a bash script in which `stint` is this one; resolves with its exit code and what it said on stderr. */
async function bash(
  script: string,
  env: NodeJS.ProcessEnv = {},
): Promise<{code: number | null; stderr: string}> {
  const define = `stint() { '${process.execPath}' '${STINT}' "$@"; }\n`;
  const child = spawn('bash', ['-c', define + script], {
    cwd: sandbox.work,
    env: {...sandbox.environment(), STINT_PROGRESS_JSONL: file, ...env},
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return {code, stderr};
}

async function emit(args: readonly string[], env: NodeJS.ProcessEnv = {STINT_PROGRESS_JSONL: file}) {
  return sandbox.stint(['progress', 'emit', ...args], {env});
}

it('appends right records of one run, from a loop in bash', async () => {
  const script = `set -e
    stint progress emit copy_start --rows /3 --expect 20m --label tier=fast
    for n in 1 2 3; do stint progress emit copy_progress --rows $n/3 --note "file $n"; done
    stint progress emit copy_done --bytes 4096
    stint progress emit complete`;
  expect(await bash(script)).toEqual({code: 0, stderr: ''});
  const told = records();
  expect(
    told.map(({event, phase, sub_phase, seq, run_id}) => [event, phase, sub_phase, seq, run_id]),
  ).toEqual([
    ['copy_start', 'copy', 'start', 0, 'shell'],
    ['copy_progress', 'copy', 'progress', 1, 'shell'],
    ['copy_progress', 'copy', 'progress', 2, 'shell'],
    ['copy_progress', 'copy', 'progress', 3, 'shell'],
    ['copy_done', 'copy', 'done', 4, 'shell'],
    ['complete', 'complete', 'complete', 5, 'shell'],
  ]);
  expect(new Set(told.map(({pid}) => pid)).size).toBe(1); // that of the script
  expect(Object.keys(told[0] ?? {})).toEqual(
    'schema event phase sub_phase ts_ms elapsed_ms run_id seq pid tier rows_total expect_ms'.split(' '),
  );
  expect(told[0]).toMatchObject({
    schema: 'stint.progress.v1',
    elapsed_ms: 0,
    expect_ms: 1_200_000,
    tier: 'fast',
  });
  expect(told[2]).toMatchObject({rows_processed: 2, rows_total: 3, note: 'file 2'});
  for (const {ts_ms, elapsed_ms} of told) expect(Number(ts_ms) - Number(told[0]?.ts_ms)).toBe(elapsed_ms);
});

it('tears no line of many that are written at once', async () => {
  const script = `for n in $(seq 24); do stint progress emit work_done --batch $n --note "$(printf '%0200d' $n)" & done; wait`;
  expect(await bash(script)).toEqual({code: 0, stderr: ''});
  expect(
    records()
      .map(({batch_index}) => batch_index)
      .sort((a, b) => Number(a) - Number(b)),
  ).toEqual(Array.from({length: 24}, (_, at) => at + 1));
});

it('names the job as the run, where a job calls it', async () => {
  const where = join(sandbox.work, 'where');
  const script = `stint() { '${process.execPath}' '${STINT}' "$@"; }
    stint progress emit build_start && stint progress emit build_done && printf %s "$STINT_PROGRESS_JSONL" > '${where}'`;
  const address = await sandbox.submit(['--env', `STINT_PROGRESS_JSONL=${file}`, '--wait', '-c', script]);
  expect(records(readFileSync(where, 'utf8')).map(({run_id, seq}) => [run_id, seq])).toEqual([
    [address, 0],
    [address, 1],
  ]);
});

it('goes on behind what others wrote into the file, and behind a line that was cut short', async () => {
  mkdirSync(join(file, '..'), {recursive: true});
  writeFileSync(file, '');
  await emit(['a_start'], {STINT_PROGRESS_JSONL: file, STINT_PROGRESS_RUN_ID: 'one'});
  appendFileSync(file, `${`{"event":"x","run_id":"two","note":"one"}\n`.repeat(5000)}{"event":"torn`);
  await emit(['a_done'], {STINT_PROGRESS_JSONL: file, STINT_PROGRESS_RUN_ID: 'one'});
  await emit(['b_start'], {STINT_PROGRESS_JSONL: ` ${file} `, STINT_PROGRESS_RUN_ID: 'three'});
  const last = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-3);
  expect(last[0]).toBe('{"event":"torn');
  expect(last.slice(1).map(line => JSON.parse(line) as Told)).toMatchObject([
    {event: 'a_done', run_id: 'one', seq: 1},
    {event: 'b_start', run_id: 'three', seq: 0, elapsed_ms: 0},
  ]);
});

describe('a script goes on', () => {
  it.each([[undefined], [''], ['  \t ']])('silently where nobody asked for progress: %j', async path => {
    const env = path === undefined ? {STINT_PROGRESS_JSONL: undefined} : {STINT_PROGRESS_JSONL: path};
    expect(await emit(['build_start'], env)).toEqual({code: 0, stdout: '', stderr: ''});
    const {stderr} = await emit(['build_start'], {...env, STINT_DEBUG: '1'});
    expect(stderr).toBe('stint: STINT_PROGRESS_JSONL is not set, so build_start is reported to nobody\n');
  });

  it('with a warning where the file cannot be written', async () => {
    const blocked = join(sandbox.work, 'file', 'p.jsonl');
    writeFileSync(join(sandbox.work, 'file'), '');
    const {code, stdout, stderr} = await emit(['build_start'], {STINT_PROGRESS_JSONL: blocked});
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(
      /^stint: Progress cannot be reported to .*p\.jsonl: .+The work goes on without\n$/,
    );
    if (existsSync('/dev/full'))
      expect((await emit(['x'], {STINT_PROGRESS_JSONL: '/dev/full'})).stderr).toMatch(
        /ENOSPC.*The work goes on\n$/,
      );
  });
});

describe('wrong usage is told, also where nobody asked for progress', () => {
  it.each<[readonly string[], string]>([
    [[], "Missing required argument 'event'."],
    [[' '], 'The event has no name.'],
    [['a', 'b'], 'Too many arguments'],
    [['a', '--rows', '3/x'], "--rows is '3/x', not a number of rows."],
    [['a', '--rows', '/'], "--rows is '/', not a number of rows."],
    [['a', '--batch', 'x'], "--batch is 'x', not a whole number of at least 0."],
    [['a', '--bytes=-1'], "--bytes is '-1', not a whole number of at least 0."],
    [['a', '--expect', 'soon'], "--expect is 'soon', not a duration."],
    [['a', '--sub-phase', 'begin'], "--sub-phase is 'begin'."],
    [['a', '--label', 'x'], "--label is 'x', not key=value."],
    [['a', '--label', 'event=x'], '--label cannot set event: every record has its own.'],
    [['start'], 'start is of no phase.'],
    [['complete', '--phase', 'build'], 'complete ends the whole run: it takes no phase.'],
  ])('%j', async (args, message) => {
    const {code, stderr} = await emit(args, {STINT_PROGRESS_JSONL: ''});
    expect(code).toBe(2);
    expect(stderr).toContain(`stint: ${message}`);
  });
});

it.each<[readonly string[], object]>([
  [['warm-up'], {event: 'warm-up', phase: 'warm-up', sub_phase: 'progress'}],
  [['start', '--phase', 'build'], {event: 'start', phase: 'build', sub_phase: 'start'}],
  [['build_error', '--error', 'no disk'], {phase: 'build', sub_phase: 'error', error: 'no disk'}],
  [
    ['done_early', '--sub-phase', 'done', '--phase', 'x'],
    {event: 'done_early', phase: 'x', sub_phase: 'done'},
  ],
  [['error', '--error', 'x'], {event: 'error', phase: 'error', sub_phase: 'error', error: 'x'}],
  [['cancelled'], {event: 'cancelled', phase: 'cancelled', sub_phase: 'cancelled'}],
  [
    ['a', '--rows', '7', '--batch=2', '--batch-rows', '0'],
    {rows_processed: 7, batch_index: 2, batch_rows: 0},
  ],
  [['a', '--note', '"\n\u0001ä'], {note: '"\n\u0001ä'}],
])('understands %j', async (args, told) => {
  expect((await emit(args)).code).toBe(0);
  expect(records()).toMatchObject([told]);
});
