/** Where the time of a job, or of anybody who writes such a file, went. */
import {appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {ProgressReport} from '../../src/progress/index.ts';
import {makeGate} from '../support/gate.ts';
import {isInstalled} from '../support/programs.ts';
import {reading} from '../support/reading.ts';
import {Sandbox, until} from '../support/sandbox.ts';
import {submittedEarlier} from '../support/submitted-earlier.ts';
import {CTRL_C, onTerminal} from '../support/terminal.ts';

const ESCAPE = '\u001b';

let sandbox: Sandbox;
let file: string;
beforeEach(() => {
  sandbox = new Sandbox();
  file = join(sandbox.work, 'run.jsonl');
});
afterEach(() => sandbox.dispose());

/** So long ago that seconds more or less do not show. */
const BEGIN = Date.now() - 600_000;

/** A line as any program may write it; phase and transition come from the event. */
function line(at: number, event: string, more: object = {}): string {
  const [, phase = event, sub_phase = event] = /^(.+)_(start|done|progress)$/.exec(event) ?? [];
  const ts_ms = BEGIN + at;
  return `${JSON.stringify({event, phase, sub_phase, ts_ms, elapsed_ms: at, run_id: 'r1', ...more})}\n`;
}

/** Ten seconds: 2 s in scan, 5 s in embed, 3 s in no phase; 60 of 100 rows. */
const TEN_SECONDS = [
  line(0, 'scan_start', {tier: 'fast', rss_mib: 10}),
  line(2000, 'scan_done', {rss_mib: 64}),
  line(5000, 'embed_start', {batch_index: 0, rows_processed: 0, rows_total: 100}),
  line(10_000, 'embed_done', {
    batch_index: 0,
    rows_processed: 60,
    rows_total: 100,
    bytes: 10_240,
    note: 'half',
  }),
].join('');

const report = (...args: string[]) => sandbox.ok(['progress', 'report', ...args]);

describe('of a file', () => {
  it('is a chart of the phases with the time of none, and what is known of the run', async () => {
    writeFileSync(file, TEN_SECONDS);
    const text = await report('run.jsonl');
    expect(text).toMatch(/^run\.jsonl {2}. goes on, or ended without saying so · 10s · 4 records\n/);
    expect(text).toContain('\n  run        r1  tier=fast\n');
    expect(text).toContain('\n  rows       60 of 100 (60%) in embed\n');
    expect(text).not.toContain('left'); // nobody knows whether it goes on
    expect(text).toContain(
      '\n  no phase   3s (30%), in which no phase was open; most of it:\n             3s after scan, before embed\n',
    );
    expect(text).toContain('\n  memory     64 MiB at most\n');
    expect(text).toMatch(/\n {2}last {7}embed_done at \d\d:\d\d(:\d\d)?: half\n/);
    expect(text).toMatch(/\nscan +20% {2}████ +2s +1 +2s +2s +2s +— +—\n/);
    expect(text).toMatch(/\nembed +50% {2}██████████ +5s +1 +5s +5s +5s +12 +2 KiB\/s\n/);
    expect(text).toMatch(/\n\(no phase\) +30% {2}██████ +3s\n$/);
    expect(text).not.toContain(ESCAPE);
  });

  it('is one JSON value, whose shape is that of the library', async () => {
    writeFileSync(file, TEN_SECONDS);
    const told = JSON.parse(await report('./run.jsonl', '--json')) as ProgressReport;
    expect(told).toMatchObject({
      records: 4,
      skipped: {lines: 0, bytes: 0},
      earlier_runs: 0,
      runs: [
        {run_id: 'r1', outcome: 'running', elapsed_ms: 10_000, unclaimed_ms: 3000, labels: {tier: 'fast'}},
      ],
    });
  });

  it('tells of several runs one after the other, and of lines that are no records', async () => {
    const other = TEN_SECONDS.replaceAll('"r1"', '"r2"');
    writeFileSync(file, `${TEN_SECONDS}garbage\n${line(11_000, 'complete')}\0\0\n${other}{"event":"torn`);
    const text = await report('run.jsonl');
    expect(text.match(/^run\.jsonl {2}.*$/gm)).toEqual([
      expect.stringContaining('✓ complete · 11s · 5 records'),
      expect.stringContaining('goes on, or ended without saying so · 10s'),
    ]);
    expect(text).toMatch(/\n2 lines \(11 B\) of the file are no progress record and were left out\n$/);
  });

  it('tells an error and what was open', async () => {
    writeFileSync(file, TEN_SECONDS + line(11_000, 'embed_start', {batch_index: 1, expect_ms: 60_000}));
    expect(await report('run.jsonl')).toMatch(
      /\n {2}open now {3}embed, batch 1, for 0ms since .* \(known to take up to 1m\)\n/,
    );
    appendFileSync(file, line(12_000, 'error', {error: 'no \u001b[31mroom'}));
    const text = await report('run.jsonl');
    expect(text).toContain('✗ error · 12s');
    expect(text).toContain('\n  error      no \\x1b[31mroom\n');
    expect(text).not.toContain('open now');
  });

  it('reads what another program wrote, who tells only four keys', async () => {
    writeFileSync(
      file,
      ['a_start', 'a_done', 'complete']
        .map((event, at) => {
          const [phase, sub_phase = event] = event.split('_');
          return `{"schema":"cass.semantic.progress.v1","event":"${event}","phase":"${phase}","sub_phase":"${sub_phase}","ts_ms":${1e12 + at * 1000}}\n`;
        })
        .join(''),
    );
    expect(await report('run.jsonl')).toMatch(/✓ complete · 2s · 3 records[\s\S]*\na +50%/);
  });
});

describe('of a job', () => {
  /** A job's file, which the job writes through the variable that names it. */
  async function fileOf(address: string): Promise<string> {
    const {log} = JSON.parse(await sandbox.ok(['status', address, '--json'])) as {log: string};
    return join(dirname(log), 'progress.jsonl');
  }

  it('is found by its address, while it runs and afterwards', async () => {
    const gate = makeGate(sandbox);
    const address = await sandbox.submit(['--name', 'work', '-c', gate.pass]);
    const path = await fileOf(address);
    submittedEarlier(dirname(path), 660_000);
    appendFileSync(path, TEN_SECONDS + line(10_500, 'write_start'));
    const running = await report('work');
    expect(running).toContain(`${address}  ▶ running · 10m`);
    expect(running).toMatch(/\n {2}open now {3}write, for (9|10)m [^ ]+ since /);
    await gate.open();
    await sandbox.ok(['wait', 'work']);
    const ended = await report(address);
    // Until the job ended, which was ten minutes after its records say that it began.
    expect(ended).toMatch(/ {2}! ended without saying how · (9|10)m[^·]* · 5 records/);
    expect(ended).toMatch(/\n {2}left open {2}write, for (9|10)m /);
    expect(JSON.parse(await report('--job', 'work', '--json'))).toMatchObject({
      records: 5,
      runs: [{outcome: 'unfinished', eta: null, open: [{phase: 'write'}]}],
    });
  });

  it('is unfinished to who follows it with --json, once the job has ended', async () => {
    const gate = makeGate(sandbox);
    const address = await sandbox.submit(['--name', 'work', '-c', gate.pass]);
    appendFileSync(await fileOf(address), line(0, 'a_start'));
    const following = reading(sandbox.start(['progress', 'report', '-f', 'work', '--json']));
    await until(() => following.text.includes('\n'));
    await gate.open();
    expect(await following.ended).toBe(0);
    const reports = following.text.trimEnd().split('\n');
    const outcomes = reports.map(each => (JSON.parse(each) as ProgressReport).runs[0]?.outcome);
    expect(outcomes).toEqual(['running', 'unfinished']);
  });

  it('tells when the rest will be done, and why, while it runs', async () => {
    const gate = makeGate(sandbox);
    const path = await fileOf(await sandbox.submit(['--name', 'work', '-c', gate.pass]));
    submittedEarlier(dirname(path), 60_000);
    const at = Date.now() - BEGIN - 10_000;
    appendFileSync(
      path,
      line(at, 'embed_start', {elapsed_ms: 0, rows_processed: 0, rows_total: 100_000}) +
        line(at + 10_000, 'embed_progress', {elapsed_ms: 10_000, rows_processed: 1000}),
    );
    expect(await report('work')).toMatch(
      /\n {2}left {7}about 1\dm[^,]*, until .*\n {13}because 99,000 rows of embed are left, at \d+ a second over the last 1\d/,
    );
    await gate.open();
    await sandbox.ok(['wait', 'work']);
    expect(await report('work')).not.toContain('left  ');
  });

  it('says that it does not know how long something took whose clock cannot be right', async () => {
    const lines = ['a_start', 'a_done', 'b_start']
      .map(event => line(0, event, {ts_ms: 1_767_225_600, elapsed_ms: 1e15}))
      .join('');
    writeFileSync(file, lines);
    const script = 'cat run.jsonl >> "$STINT_PROGRESS_JSONL"';
    await sandbox.stint(['run', '--wait', '--name', 'odd', '-c', script]);
    const text = await report('odd');
    expect(text).toMatch(/ {2}! ended without saying how · an unknown time · 3 records\n/);
    expect(text).toMatch(/\n {2}left open {2}b, for an unknown time\n/);
    expect(text).not.toMatch(/undefined|NaN|Infinity|null|\d\dy/);
    const told = JSON.parse(await report('odd', '--json')) as ProgressReport;
    expect(told.runs[0]).toMatchObject({elapsed_ms: null, started_at_ms: null, unclaimed_ms: null});
    expect(await sandbox.ok(['stats', 'odd'])).not.toMatch(/undefined|NaN|Infinity|null|\d\dy/);
  });

  it('says how to report where it reported nothing', async () => {
    await sandbox.submit(['--wait', '--name', 'silent', '--', 'true']);
    const {code, stdout, stderr} = await sandbox.stint(['progress', 'report', 'silent']);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      /^stint: No progress was reported by [0-9a-f]{12}:silent\.\n.*stint progress emit build_start/,
    );
    const json = await sandbox.stint(['progress', 'report', 'silent', '--json']);
    expect(JSON.parse(json.stderr)).toMatchObject({error: {code: 'NO_MATCH'}});
  });

  it('ends to be followed when the job ends, with the report', async () => {
    const gate = makeGate(sandbox);
    const address = await sandbox.submit(['--name', 'work', '-c', gate.pass]);
    const following = reading(sandbox.start(['progress', 'report', '-f', 'work']));
    const path = await fileOf(address);
    appendFileSync(path, line(0, 'a_start', {rows_processed: 0, rows_total: 4}));
    await until(() => following.text.includes(' a  0 of 4 (0%)'));
    appendFileSync(path, line(100, 'a_progress', {rows_processed: 1, note: 'one'}));
    await until(() => following.text.includes(' a  1 of 4 (25%)'));
    appendFileSync(path, line(200, 'complete'));
    await until(() => following.text.includes(' complete  1 of 4 (25%)'));
    await gate.open();
    expect(await following.ended).toBe(0);
    expect(following.text).toContain(`\n\n${address}  ✓ complete · 200ms · 3 records\n`);
  });
});

describe('wrong input', () => {
  it.each<[readonly string[], number, string]>([
    [['./none.jsonl'], 3, 'There is no file ./none.jsonl.'],
    [['none.jsonl'], 3, 'There is no file none.jsonl.'],
    [['./dir'], 2, './dir cannot be read: it is no file.'],
    [['nothing'], 3, 'No job matches nothing.'],
    [['some/where:job'], 3, 'No job matches some/where:job.'],
    [[], 2, 'No job was named.'],
    [['./none/none.jsonl', '--follow'], 3, 'There is no file ./none/none.jsonl.'],
    [['./empty.jsonl'], 3, 'empty.jsonl holds no progress record.'],
    [['./odd.jsonl'], 3, 'odd.jsonl holds no progress record among its 2 lines.'],
  ])('%j', async (args, code, message) => {
    mkdirSync(join(sandbox.work, 'dir'));
    writeFileSync(join(sandbox.work, 'empty.jsonl'), '');
    writeFileSync(join(sandbox.work, 'odd.jsonl'), 'a\nb\n');
    const answer = await sandbox.stint(['progress', 'report', ...args]);
    expect([answer.code, answer.stdout]).toEqual([code, '']);
    expect(answer.stderr).toContain(`stint: ${message}\n`);
  });
});

describe('followed', () => {
  it('waits for a file that is not there yet, and ends with its run', async () => {
    const following = reading(sandbox.start(['progress', 'report', '--follow', './run.jsonl']));
    await until(() => following.stderr.includes('nothing was reported by run.jsonl yet'));
    writeFileSync(file, TEN_SECONDS);
    await until(() => /embed_done {2}60 of 100 \(60%\)/.test(following.text));
    expect(following.text).not.toContain('rows/s'); // it has told nothing for long
    appendFileSync(file, line(11_000, 'complete'));
    expect(await following.ended).toBe(0);
    expect(following.text).toContain('run.jsonl  ✓ complete · 11s · 5 records\n');
  });

  it('is a report per change with --json', async () => {
    writeFileSync(file, TEN_SECONDS);
    const following = reading(sandbox.start(['progress', 'report', '-f', '--json', 'run.jsonl']));
    await until(() => following.text.includes('\n'));
    appendFileSync(file, line(11_000, 'complete'));
    expect(await following.ended).toBe(0);
    const reports = following.text
      .trimEnd()
      .split('\n')
      .map(each => JSON.parse(each) as ProgressReport);
    expect(reports.map(({records, runs}) => [records, runs[0]?.outcome])).toEqual([
      [4, 'running'],
      [5, 'complete'],
    ]);
  });

  it('goes on with a file that is replaced', async () => {
    writeFileSync(file, TEN_SECONDS);
    const following = reading(sandbox.start(['progress', 'report', '-f', 'run.jsonl']));
    await until(() => following.text.includes('60 of 100'));
    writeFileSync(file, line(0, 'b_start') + line(70, 'complete'));
    expect(await following.ended).toBe(0);
    expect(following.text).toContain('run.jsonl  ✓ complete · 70ms · 2 records\n');
  });
});

describe.skipIf(!isInstalled('python3'))('on a terminal', () => {
  it('is cut to its width', async () => {
    writeFileSync(file, TEN_SECONDS + line(10_500, `${'日本'.repeat(40)}_start`, {note: 'x'.repeat(300)}));
    const shown = onTerminal(sandbox, [50, 24], ['progress', 'report', './run.jsonl']);
    expect(await shown.ended).toBe(0);
    for (const each of shown.lines) expect(each.replace(/[日本]/g, '__').length).toBeLessThanOrEqual(50);
    expect(shown.text).toMatch(/\nscan +19% {2}█/);
  });

  it('is followed on a screen of its own until Ctrl-C, and then printed', async () => {
    writeFileSync(file, TEN_SECONDS);
    const following = onTerminal(sandbox, [80, 20], ['progress', 'report', '-f', './run.jsonl']);
    const last = () => following.text.slice(following.text.lastIndexOf(`${ESCAPE}[H`));
    await until(() => last().includes('60%  60 of 100 rows'));
    expect(following.text.startsWith(`${ESCAPE}[?1049h`)).toBe(true);
    expect(last()).toMatch(/in no phase since embed_done at .*\r\n█+.?░+ 60%/);
    const picture = last();
    await until(() => last() !== picture); // times move although nothing is reported
    appendFileSync(file, line(10_500, 'write_start', {batch_index: 7, note: 'now this'}));
    await until(() => last().includes('in write, batch 7, for '));
    expect(last()).toContain('now this');
    following.type(CTRL_C);
    expect(await following.ended).toBe(0);
    const [, after = ''] = following.text.split(`${ESCAPE}[?1049l`);
    expect(after).toMatch(/^run\.jsonl {2}▶ goes on, or ended without saying so/);
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8').split('\n').length).toBe(6);
  });
});
