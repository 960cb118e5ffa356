/** A coordinator that is killed while it cuts the middle out of a log, at each named point, and disks that do not play along. */
import {existsSync, mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {expectParts, LINE_BYTES, printing} from '../support/capped-log.ts';
import {makeGate} from '../support/gate.ts';
import {type KillPoint, startDoomed} from '../support/kill-point.ts';
import {eventsOf, isClosed, onlyJobDirectory} from '../support/library-jobs.ts';
import {Sandbox, until} from '../support/sandbox.ts';
import {SmallDisk} from '../support/small-disk.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

const PARTS = 30;
const CAPPED = ['--max-log-size', '1MB', '--name', 'job'];

const CUT = 'output-000001.jsonl';
const POINTS: readonly (readonly [string, KillPoint])[] = [
  [
    'before the copy of the status records tells of it',
    {when: 'before', what: {movedTo: 'status.jsonl'}, holding: '"truncated"'},
  ],
  [
    'when only that copy tells of it',
    {when: 'after', what: {movedTo: 'status.jsonl'}, holding: '"truncated"'},
  ],
  [
    'before what stands for it is in its place',
    {when: 'before', what: {movedTo: CUT}, holding: '"next_segment"'},
  ],
  ['when that is in its place', {when: 'after', what: {movedTo: CUT}, holding: '"next_segment"'}],
  ['when that is in its place once more', {when: 'after', what: {movedTo: CUT}, holding: '"next_segment":3'}],
  ['before the first file is removed', {when: 'before', what: {removed: 'output-000002.jsonl'}}],
  ['when the first file is removed', {when: 'after', what: {removed: 'output-000002.jsonl'}}],
];

describe('a coordinator that is killed while it cuts a log', () => {
  it.each(POINTS)('%s loses nothing that it did not mean to, and doubles nothing', async (_, point) => {
    const {killed} = await startDoomed(sandbox, point);
    await sandbox.submit([...CAPPED, '-c', printing(PARTS)]);
    await killed;
    expect((await sandbox.stint(['wait', 'job'])).code).toBe(0);
    await expectCapped();
  });

  it.each(['before', 'after'])(
    '%s its spool is freed does so as well, and the next one frees it',
    async when => {
      const gate = makeGate(sandbox);
      const once = join(sandbox.root, 'once');
      const kill = `: > ${once}; kill -9 $PPID; exit 1`;
      const first = when === 'before' ? kill : `${FALLOCATE} "$@"; ${kill}`;
      const env = {PATH: programs(`[ -e ${once} ] || { ${first}; }; exec ${FALLOCATE} "$@"`)};
      const print = `seq -f '%09.0f' 0 1999999; ${gate.pass}; ${printing(2, 400)}`;
      await sandbox.submit([...CAPPED, '-c', print], {env});
      await until(() => existsSync(once));
      await until(async () => (await sandbox.coordinatorPid()) === undefined);
      const ended = sandbox.stint(['wait', 'job'], {env});
      await until(() => allocated() < 8_000_000, 20_000);
      await gate.open();
      expect((await ended).code).toBe(0);
      await expectCapped(402);
    },
  );
});

describe('where a spool cannot be freed', () => {
  const REFUSES = `echo "fallocate: fallocate failed: Operation not supported" >&2; exit 1`;
  it.each([
    ['for want of the program', undefined, 'neither perl nor the program fallocate is there'],
    ['because the file system has no holes', REFUSES, 'the file system cannot free a part of a file'],
  ])('%s only the log is capped, and that is said once', async (_, fallocate, reason) => {
    const env = {PATH: programs(fallocate)};
    const gate = makeGate(sandbox);
    await sandbox.submit([...CAPPED, '-c', `seq -f '%09.0f' 0 1999999; ${gate.pass}`], {env});
    await until(async () => eventsOf(await sandbox.records('job')).some(({event}) => event === 'uncapped'));
    await until(() => allocated() >= 2_000_000 * LINE_BYTES);
    await gate.open();
    await sandbox.ok(['wait', 'job']);
    await expectCapped(400);
    const said = eventsOf(await sandbox.records('job')).filter(({event}) => event === 'uncapped');
    expect(said).toEqual([{event: 'uncapped', reason}]);
    expect((await sandbox.ok(['status', 'job'])).replace(/\s+/g, ' ')).toContain(reason);
  });
});

describe('a disk that is full while a log is cut', () => {
  it('holds the recording up, and nothing is lost or doubled when it has room again', async () => {
    const disk = new SmallDisk('size=6m,mode=0700');
    const small = new Sandbox(disk.path);
    try {
      const gate = makeGate(small);
      const print = `${printing(2)}; ${gate.pass}; ${printing(4, 2)}; ${gate.pass}`;
      await small.submit(['--max-log-size', '300KB', '--name', 'job', '-c', print]);
      const directory = onlyJobDirectory(small);
      await until(async () => (await small.records('job')).at(-1)?.seq === 10_000);
      disk.fill();
      disk.makeRoom(300_000); // for what the job writes
      await gate.open();
      await until(() => statSync(join(directory, 'out')).size === 300_000);
      disk.makeRoom();
      await gate.open();
      await small.ok(['wait', 'job']);
      expectParts(await small.records('job'), 6);
    } finally {
      await small.dispose();
      await disk.remove();
    }
  });
});

const FALLOCATE = '/usr/bin/fallocate';

/** A PATH with all programs but perl and `fallocate`, or with a script of that name. */
function programs(fallocate: string | undefined): string {
  const directory = join(sandbox.root, 'programs');
  mkdirSync(directory);
  for (const from of ['/bin', '/usr/bin', '/usr/local/bin', dirname(process.execPath)])
    for (const name of readdirSync(from))
      if (!['fallocate', 'perl'].includes(name) && !existsSync(join(directory, name)))
        symlinkSync(join(from, name), join(directory, name));
  if (fallocate !== undefined)
    writeFileSync(join(directory, 'fallocate'), `#!/bin/sh\n${fallocate}\n`, {mode: 0o755});
  return directory;
}

function allocated(): number {
  return statSync(join(onlyJobDirectory(sandbox), 'out')).blocks * 512;
}

async function expectCapped(parts = PARTS): Promise<void> {
  const directory = onlyJobDirectory(sandbox);
  await until(() => isClosed(directory));
  expect(expectParts(await sandbox.records('job'), parts).length).toBeGreaterThan(0);
  const [job] = await sandbox.list();
  const segments = readdirSync(directory).filter(name => /^output.*\.jsonl$/.test(name));
  const bytes = segments.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
  expect(bytes).toBeLessThan(1_200_000);
  expect(job).toMatchObject({status: 'completed', size_bytes: bytes});
}
