/**
 * A state directory in which everything is known beforehand: jobs that ended long ago, as files in the format of
 * stint 0.2. `doctor --repair` makes the rows. So what commands say of them can be compared to the last character.
 */
import {mkdirSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

export const FIXED_REPO = '00112233445566aa';

/** Milliseconds; the first of January 2026. */
const BEGIN = 1_767_225_600_000;
const BOOT = '2798e359-5de9-4b22-b5d3-0691d661d1c2';

type Piece = readonly ['stdout' | 'stderr' | 'status', unknown, object?];

interface FixedJob {
  readonly invocation: string;
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly at: number;
  readonly pieces: readonly Piece[];
  readonly tags?: readonly string[];
  readonly hook?: string;
  /** Of the worktrees of the repository. */
  readonly worktree?: string;
  readonly commit?: string;
  readonly dirty?: boolean;
  readonly sampleEvery?: number;
  /** Records from here on are in a second file. */
  readonly secondFileFrom?: number;
  readonly progress?: string;
}

/** Writes the jobs of the repository below `root`, whose git directory is `root/repo/.git`. */
export function writeFixedJobs(state: string, root: string): void {
  mkdirSync(state, {mode: 0o700});
  for (const job of JOBS) {
    const directory = join(
      state,
      'repos',
      FIXED_REPO,
      'jobs',
      job.invocation,
      job.name.replaceAll(' ', '%20'),
    );
    mkdirSync(directory, {recursive: true, mode: 0o700});
    const write = (name: string, text: string) => writeFileSync(join(directory, name), text, {mode: 0o600});
    const records = job.pieces.map((piece, seq) => recordLine(job, piece, seq));
    write('output.jsonl', records.slice(0, job.secondFileFrom).join(''));
    if (job.secondFileFrom !== undefined)
      write('output-000001.jsonl', records.slice(job.secondFileFrom).join(''));
    if (job.progress !== undefined) write('progress.jsonl', job.progress);
    write('spec.json', `${JSON.stringify(specOf(job, root))}\n`);
  }
}

function recordLine({at, sampleEvery = 1}: FixedJob, [kind, data, more]: Piece, place: number): string {
  const seq = place * sampleEvery;
  return `${JSON.stringify({seq, ts: BEGIN + at + 50 * (seq + 1), kind, data, ...more})}\n`;
}

function specOf(job: FixedJob, root: string): object {
  const worktree = join(root, job.worktree ?? 'repo');
  return {
    format: 1,
    repo: FIXED_REPO,
    place: join(root, 'repo', '.git'),
    invocation: {
      id: job.invocation,
      createdAt: BEGIN + job.at,
      uptime: {ms: 1_000_000 + job.at, bootId: BOOT},
      triggerCommand: `stint run --name ${job.name} -c '${job.text}'`,
      hookType: job.hook ?? null,
      cwd: worktree,
      worktree,
      branch: job.worktree === undefined ? 'main' : 'topic',
      commit: job.commit ?? null,
      dirty: job.dirty ?? false,
    },
    number: job.number,
    name: job.name,
    attempt: 1,
    command: ['/bin/sh', '-c', job.text],
    commandText: job.text,
    cwd: worktree,
    umask: 18,
    tags: job.tags ?? [],
    background: true,
    group: null,
    by: null,
    sampleEvery: job.sampleEvery ?? 1,
    now: false,
    merged: false,
    lingerMs: 10_000,
    stallAfterMs: 120_000,
    onStall: 'notify',
    onCompleteMs: null,
    notify: null,
    notifyOn: null,
    retentionMs: 604_800_000,
    retentionFailedMs: 2_592_000_000,
  };
}

const STARTED: Piece = [
  'status',
  {event: 'started', pid: 4242, host: 'mill', boot_id: BOOT, pid_ns: 4_026_531_836, uptime_ms: 1_000_050},
  {spool: [0, 0]},
];
const CLOSED: Piece = ['status', {event: 'closed'}];

function finished(exit_code: number, took_ms: number | null): Piece {
  const maybe_signal = exit_code > 128 ? {maybe_signal: exit_code - 128} : {};
  return ['status', {event: 'finished', exit_code, ...maybe_signal, took_ms}];
}

function ended(pieces: readonly Piece[], exitCode: number, tookMs: number | null): readonly Piece[] {
  return [STARTED, ...pieces, finished(exitCode, tookMs), CLOSED];
}

function progressLines(at: number, ...records: readonly object[]): string {
  return records
    .map((record, seq) => {
      const head = {schema: 'stint.progress.v1', ...record};
      return `${JSON.stringify({...head, ts_ms: BEGIN + at + 1000 * seq, elapsed_ms: 1000 * seq, run_id: '9f2c41d07ab35e88', seq, pid: 4243})}\n`;
    })
    .join('');
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const MINUTE = 60_000;

const TWENTY_FIVE: readonly Piece[] = Array.from({length: 25}, (_, at) => ['stdout', `step ${at + 1}`]);

const JOBS: readonly FixedJob[] = [
  {
    invocation: '3fa9c1d2e4b5',
    number: 1,
    name: 'build',
    text: 'make all',
    at: 0,
    tags: ['ci', 'build'],
    commit: COMMIT,
    pieces: ended(
      [
        ['stdout', 'cc a.c'],
        ['stdout', 'cc b.c'],
        ['stderr', 'a.c:1: warning: ok'],
      ],
      0,
      61_234,
    ),
  },
  {
    invocation: '77c0a1b2c3d4',
    number: 2,
    name: 'test',
    text: 'npm test',
    at: MINUTE,
    hook: 'post-checkout',
    commit: COMMIT,
    pieces: ended([...TWENTY_FIVE, ['stderr', 'Error: not equal']], 3, 9000),
  },
  {
    invocation: '77c0a1b2c3d4',
    number: 3,
    name: 'lint',
    text: 'npm run lint',
    at: MINUTE,
    hook: 'post-checkout',
    commit: COMMIT,
    pieces: ended([['stdout', 'all is well']], 0, 850),
  },
  {
    invocation: '9b1c2d3e4f50',
    number: 4,
    name: 'serve',
    text: 'exec python3 -m http.server --bind 127.0.0.1 --directory public 8000',
    at: 2 * MINUTE,
    dirty: true,
    pieces: [
      STARTED,
      ['stderr', 'Serving HTTP'],
      ['status', {event: 'cancelling', grace_ms: 10_000}],
      ['status', {event: 'signaled', signal: 'SIGTERM', group: 4242, pids: [4242, 4250], starts: [100, 101]}],
      finished(143, 3_723_000),
      CLOSED,
    ],
  },
  {
    invocation: 'a1b2c3d4e5f6',
    number: 5,
    name: 'import',
    text: './import.sh',
    at: 3 * MINUTE,
    pieces: [
      STARTED,
      ['stdout', 'half a line', {partial: true}],
      [
        'status',
        {event: 'crashed', message: 'its wrapper was killed, so its exit code is not known', took_ms: null},
      ],
      ['status', {event: 'closed', left_open: true}],
    ],
  },
  {
    invocation: 'b0b0b0b0b0b0',
    number: 6,
    name: 'bytes',
    text: 'cat bytes',
    at: 4 * MINUTE,
    pieces: ended(
      [
        ['stdout', Buffer.from('caf\xe9', 'latin1').toString('base64'), {enc: 'base64'}],
        ['stdout', 'with a return', {crlf: true}],
        ['stdout', `begin ${'x'.repeat(65_530)}`, {partial: true}],
        ['stdout', ' end'],
        ['stdout', '10%\r50%\r100%'],
        ['stdout', '\u001b[31mred\u001b[0m, \u001b]0;title\u0007, a\ttab and 日本語'],
        ['stderr', 'without an end', {partial: true}],
      ],
      0,
      1500,
    ),
  },
  {
    invocation: 'c0ffee123456',
    number: 7,
    name: 'embed',
    text: './embed --all',
    at: 5 * MINUTE,
    pieces: ended(
      [
        ['stdout', 'embedding'],
        ['status', {event: 'stalled', silent_ms: 120_000, phase: 'embed', batch_index: 1, open_ms: 125_000}],
        ['status', {event: 'resumed', stalled_ms: 3000}],
      ],
      0,
      7000,
    ),
    progress: `${progressLines(
      5 * MINUTE,
      {event: 'scan_start', phase: 'scan', sub_phase: 'start', tier: 'fast', rss_mib: 40},
      {event: 'scan_done', phase: 'scan', sub_phase: 'done', tier: 'fast', rss_mib: 64},
      {
        event: 'embed_start',
        phase: 'embed',
        sub_phase: 'start',
        batch_index: 1,
        rows_processed: 0,
        rows_total: 40,
      },
      {
        event: 'embed_progress',
        phase: 'embed',
        sub_phase: 'progress',
        batch_index: 1,
        rows_processed: 30,
        note: 'a\tb',
      },
    )}no record\n${progressLines(
      5 * MINUTE + 4000,
      {
        event: 'embed_done',
        phase: 'embed',
        sub_phase: 'done',
        batch_index: 1,
        rows_processed: 40,
        bytes: 4096,
      },
      {event: 'complete', phase: 'complete', sub_phase: 'complete'},
    )}`,
  },
  {
    invocation: 'd00d00d00d00',
    number: 8,
    name: 'test',
    text: 'npm test',
    at: 6 * MINUTE,
    commit: COMMIT,
    pieces: ended([['stdout', 'ok']], 0, 12_000),
  },
  {
    invocation: 'e1e2e3e4e5e6',
    number: 9,
    name: 'elsewhere',
    text: 'make docs',
    at: 7 * MINUTE,
    worktree: 'trees/linked',
    pieces: ended([['stdout', 'docs']], 0, 200),
  },
  {
    invocation: 'e1e2ffffffff',
    number: 10,
    name: 'odd name',
    text: 'echo "a  b"\necho c',
    at: 8 * MINUTE,
    secondFileFrom: 3,
    pieces: ended(
      [
        ['stdout', 'one'],
        ['stdout', 'two'],
        ['stdout', 'three'],
        ['stderr', 'four'],
      ],
      137,
      40,
    ),
  },
  {
    invocation: 'f0f1f2f3f4f5',
    number: 11,
    name: 'sampled',
    text: 'seq 100',
    at: 9 * MINUTE,
    sampleEvery: 2,
    pieces: ended(
      [
        ['stdout', '2'],
        ['stdout', '4'],
      ],
      0,
      30,
    ),
  },
  {
    invocation: 'fa11ab1efa11',
    number: 12,
    name: 'never',
    text: 'sleep 9',
    at: 10 * MINUTE,
    pieces: [['status', {event: 'cancelled'}], CLOSED],
  },
];
