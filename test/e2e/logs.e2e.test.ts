import {spawnSync} from 'node:child_process';
import {randomBytes} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {type JobRecord, Sandbox, until} from '../support/sandbox.ts';
import {bytesOf, shell} from '../support/shell.ts';

let sandbox: Sandbox;

describe('one log, however it is read', () => {
  useSandboxPerTest();

  it.skipIf(spawnSync('jq', ['--version']).error !== undefined)(
    'is the same by logs, by logs --json, in the file and by jq',
    async () => {
      const text = `printf 'a\\tb "q" \\\\ é 🚀 \\033[1m\\n\\n  x  \\n'; printf 'cr\\rlf\\r\\n'; seq 1 2000; echo 'to stderr' >&2; printf end`;
      await sandbox.ok(['run', '--wait', '--name', 'job', '-c', text]);
      await sandbox.ok(['logs', '-f', 'job']);
      const [job] = await sandbox.list();
      const file = String(job?.log);
      expect(await sandbox.ok(['logs', 'job', '--json'])).toBe(readFileSync(file, 'utf8'));
      const records = await sandbox.records('job');
      expect(records.map(({seq}) => seq)).toEqual(records.map((_, at) => at));
      const lines = records.flatMap(({kind, data}) => (kind === 'status' ? [] : `${data}\n`)).join('');
      expect(lines).toContain('a\tb "q" \\ é 🚀 \u001b[1m\n\n  x  \ncr\rlf\n1\n2\n3\n');
      expect(await sandbox.ok(['logs', 'job'])).toBe(lines);
      const jq = (filter: string) => spawnSync('jq', ['-r', filter, file], {encoding: 'utf8'}).stdout;
      expect(jq('select(.kind != "status").data')).toBe(lines);
      expect(jq('select(.kind == "stderr").data')).toBe('to stderr\n');
      expect(await sandbox.ok(['logs', 'job', '--stderr'])).toBe('to stderr\n');
      expect(jq('select(.data.event == "finished").data.exit_code')).toBe('0\n');
      expect(job?.size_bytes).toBe(Buffer.byteLength(readFileSync(file)));
    },
  );
});

describe('a line over 64 KiB', () => {
  useSandboxPerTest();

  it('is one line, in a pipe and for --tail, whatever the other stream holds meanwhile', async () => {
    const long = JSON.stringify({text: 'é"'.repeat(36_000)});
    writeFileSync(join(sandbox.work, 'long'), `${long}\n`);
    const gate = makeGate(sandbox);
    const text = `head -c 70000 long; echo 'to stderr' >&2; ${gate.pass}; tail -c +70001 long; echo '{"last":1}'`;
    await sandbox.submit(['--name', 'job', '-c', text]);
    await until(async () => (await sandbox.ok(['logs', 'job', '--stderr'])) === 'to stderr\n');
    await gate.open();
    await sandbox.ok(['wait', 'job']);
    expect(await sandbox.ok(['logs', 'job', '--stdout'])).toBe(`${long}\n{"last":1}\n`);
    const lines = (await sandbox.ok(['logs', 'job'])).split('\n');
    expect(lines.toSorted()).toEqual(['', 'to stderr', long, '{"last":1}'].toSorted());
    expect(await sandbox.ok(['logs', 'job', '--tail', '2', '--stdout'])).toBe(`${long}\n{"last":1}\n`);
    expect(await sandbox.ok(['logs', 'job', '--tail', '1'])).toBe('{"last":1}\n');
    expect(await sandbox.ok(['logs', '-f', 'job', '--tail', '2', '--stdout'])).toBe(`${long}\n{"last":1}\n`);
    const records = (await sandbox.ok(['logs', 'job', '--json', '--stdout', '--tail', '2']))
      .trimEnd()
      .split('\n');
    expect(records.map(line => (JSON.parse(line) as JobRecord).partial)).toEqual([undefined, undefined]);
    const followed = await sandbox.ok(['run', '-f', '--name', 'again', '--', 'cat', 'long']);
    expect(followed).toBe(`${long}\n`);
  });

  it('of 5 MB is one line as well, and what is written to stderr meanwhile is not in it', async () => {
    const text = `head -c 3000000 /dev/zero | tr '\\0' x; echo err >&2; sleep 0.3; head -c 2000000 /dev/zero | tr '\\0' x; echo`;
    await sandbox.ok(['run', '--wait', '--name', 'long', '-c', text]);
    const lines = (await sandbox.ok(['logs', 'long'])).split('\n');
    expect(lines.toSorted()).toEqual(['', 'err', 'x'.repeat(5_000_000)]);
    expect(await sandbox.ok(['logs', 'long', '--tail', '1', '--stdout'])).toBe(`${'x'.repeat(5_000_000)}\n`);
  });
});

describe('--raw', () => {
  useSandboxPerTest();

  it('gives back exactly the bytes that a program wrote', async () => {
    const every = Buffer.from(Array.from({length: 256}, (_, byte) => byte));
    const ends = Buffer.from('a\nb\r\nc\r\r\n\r\n\n\n\rd\0e\n\r');
    const written = Buffer.concat([every, ends, randomBytes(200_000), ends, every]);
    writeFileSync(join(sandbox.work, 'data'), written);
    await sandbox.ok(['run', '--wait', '--name', 'binary', '-c', 'cat data; cat data >&2']);
    expect((await bytesOf(sandbox, ['logs', 'binary', '--raw', '--stdout'])).equals(written)).toBe(true);
    expect((await bytesOf(sandbox, ['logs', 'binary', '--raw', '--stderr'])).equals(written)).toBe(true);
  });

  it('joins a line of 5 MB, which is many records', async () => {
    await sandbox.ok([
      'run',
      '--wait',
      '--name',
      'long',
      '-c',
      `head -c 5000000 /dev/zero | tr '\\0' x; echo; echo y`,
    ]);
    const lines = (await sandbox.records('long')).filter(({kind}) => kind === 'stdout');
    expect(lines.map(({partial}) => partial)).toEqual([...Array(76).fill(true), undefined, undefined]);
    expect(lines.slice(0, 76).every(({data}) => String(data).length === 65_536)).toBe(true);
    const raw = await bytesOf(sandbox, ['logs', 'long', '--raw']);
    expect(raw.equals(Buffer.from(`${'x'.repeat(5_000_000)}\ny\n`))).toBe(true);
  });

  it('adds no newline where the output has none at its end', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'open', '--', 'printf', 'a\\nb']);
    expect(await sandbox.ok(['logs', 'open', '--raw'])).toBe('a\nb');
    expect(await sandbox.ok(['logs', 'open'])).toBe('a\nb\n');
    expect((await sandbox.records('open')).find(({data}) => data === 'b')).toMatchObject({partial: true});
  });
});

describe('which records are printed', () => {
  let records: JobRecord[] = [];
  beforeAll(async () => {
    sandbox = new Sandbox();
    const text = 'for n in 1 2 3 4 5 6 7 8; do echo out $n; echo err $n >&2; done; exit 3';
    await sandbox.stint(['run', '--wait', '--name', 'job', '-c', text]);
    await sandbox.ok(['logs', '-f', 'job']);
    const file = String((await sandbox.list())[0]?.log);
    // The first ten records become an hour old.
    const aged = readFileSync(file, 'utf8').replace(
      /^(\{"seq":\d,"ts":)(\d+)/gm,
      (_, head: string, ts: string) => {
        return `${head}${Number(ts) - 3_600_000}`;
      },
    );
    writeFileSync(file, aged);
    records = await sandbox.records('job');
    expect(records).toHaveLength(19);
  });
  afterAll(() => sandbox.dispose());

  it.each<[string, ...Filter[]]>([
    ['--stdout', ({kind}) => kind === 'stdout'],
    ['--stderr', ({kind}) => kind === 'stderr'],
    ['--status', ({kind}) => kind === 'status'],
    ['--stdout --status', ({kind}) => kind !== 'stderr'],
    ['--stdout --stderr --status'],
    ['--seq 3..7', ({seq}) => seq >= 3 && seq <= 7],
    ['--seq 3..3', ({seq}) => seq === 3],
    ['--seq 15..', ({seq}) => seq >= 15],
    ['--seq ..4', ({seq}) => seq <= 4],
    ['--seq 100..200', () => false],
    ['--since-seq 15', ({seq}) => seq > 15],
    ['--since-seq 0', ({seq}) => seq > 0],
    ['--since-seq 18', () => false],
    ['--since 30m', ({seq}) => seq >= 10],
    ['--since 1h30m'],
    ['--tail 0', () => false],
    ['--tail 3', last(3)],
    ['--tail 1000'],
    ['--tail 3 --stderr', ({kind}) => kind === 'stderr', last(3)],
    ['--seq 2..15 --since-seq 4 --stdout', ({seq, kind}) => seq > 4 && seq <= 15 && kind === 'stdout'],
    ['--seq 2..15 --tail 2', ({seq}) => seq <= 15, last(2)],
    ['--since 30m --stdout --tail 2', ({seq, kind}) => seq >= 10 && kind === 'stdout', last(2)],
  ])('%s', async (args, ...filters) => {
    const wanted = filters.reduce((rest, filter) => rest.filter(filter), records);
    const printed = await sandbox.ok(['logs', 'job', '--json', ...args.split(' ')]);
    expect(printed).toBe(wanted.map(record => `${JSON.stringify(record)}\n`).join(''));
  });

  it('prints only output without --json, and statuses when they are asked for', async () => {
    const lines = records.filter(({kind}) => kind !== 'status').map(({data}) => `${data}\n`);
    expect(await sandbox.ok(['logs', 'job'])).toBe(lines.join(''));
    expect(await sandbox.ok(['logs', 'job', '--status'])).toMatch(
      /^# started pid=\d+ .*\n# finished exit_code=3 (ended_at_ms=\d+ )?took_ms=\d+ cpu_user_ms=\d+ cpu_system_ms=\d+\n# closed\n$/,
    );
    expect(await sandbox.ok(['logs', 'job', '--raw', '--tail', '1'])).toBe(lines.at(-1));
  });

  it.each([
    ['--seq 7..3', '7..3'],
    ['--seq ..', '..'],
    ['--seq 3', '3'],
    ['--seq a..b', 'a..b'],
    ['--seq -1..3', '-1..3'],
    ['--since-seq x', 'x'],
    ['--since-seq -1', '-1'],
    ['--tail 1.5', '1.5'],
    ['--tail -1', '-1'],
    ['--since 10', '10'],
    ['--since soon', 'soon'],
    ['--since -5m', '-5m'],
  ])('refuses %s', async (args, given) => {
    const {code, stdout, stderr} = await sandbox.stint(['logs', 'job', ...args.split(' ')]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`${args.split(' ')[0]} is '${given}', not a`);
  });
});

describe('a reader that stops early', () => {
  useSandboxPerTest();

  it('ends logs quietly', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'many', '--', 'seq', '1', '200000']);
    const {stdout, stderr} = await shell(sandbox, '{ stint logs many; echo "code $?" >&2; } | head -1');
    expect([stdout.toString(), stderr]).toEqual(['1\n', 'code 0\n']);
  });

  it('ends logs -f quietly', async () => {
    await sandbox.ok(['run', '--name', 'ticks', '-c', 'while echo tick; do sleep 0.05; done']);
    const {stdout, stderr} = await shell(sandbox, '{ stint logs -f ticks; echo "code $?" >&2; } | head -2');
    expect([stdout.toString(), stderr]).toEqual(['tick\ntick\n', 'code 0\n']);
  });
});

type Filter = (record: JobRecord, at: number, all: readonly JobRecord[]) => boolean;

function last(count: number): Filter {
  return (_, at, all) => at >= all.length - count;
}

function useSandboxPerTest(): void {
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => sandbox.dispose());
}
