import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';
import {type ShellEnd, type ShellOptions, shell} from '../support/shell.ts';

let sandbox: Sandbox;
/** `<invocation>:job` of a job that exited with 3. */
let address: string;
beforeAll(async () => {
  sandbox = new Sandbox();
  address = await sandbox.submit(['--name', 'job', '-c', 'echo hi; exit 3']);
  await sandbox.stint(['wait', 'job']);
});
afterAll(() => sandbox.dispose());

const GONE = 'The current directory does not exist any more.';

/** Runs stint in a directory that was removed. */
function inGone(args: readonly string[], options?: ShellOptions): Promise<ShellEnd> {
  return shell(sandbox, 'mkdir gone$$ && cd gone$$ && rmdir ../gone$$ && stint "$@"', args, options);
}

describe('where the current directory is gone', () => {
  it.each([
    'version --json',
    'help',
    'run --help',
    'parallel',
    'doctor',
    'progress emit build_start',
    'events append t --kind k 1',
    'events read t',
    'events verify',
  ])('stint %s needs none', async line => {
    const {code, stderr} = await inGone(line.split(' '));
    expect([code, stderr]).toEqual([0, '']);
  });

  it('a job is found by the id of its invocation', async () => {
    expect((await inGone(['wait', address])).code).toBe(3);
    expect((await inGone(['logs', address.slice(0, 6)])).stdout.toString()).toBe('hi\n');
    expect((await inGone(['logs', '-f', '--inv', address.slice(0, 12)])).stdout.toString()).toBe('hi\n');
    expect((await inGone(['status', '--json', address])).stdout.toString()).toContain('"exit_code": 3');
    const {code, stderr} = await inGone(['cancel', address]);
    expect([code, stderr]).toEqual([0, expect.stringContaining('is failed already')]);
    expect((await inGone(['progress', 'report', address])).code).toBe(3);
  });

  it.each([
    'ls',
    'ls --watch',
    'status job',
    'logs job',
    'stats job',
    'cancel job',
    'cancel --all',
    'cancel --tag t',
    'dump-store jobs',
    'progress report ./job.jsonl',
    'events topics --db here.db',
    'run -- true',
    'run --cwd here -- true',
  ])('stint %s says so', async line => {
    const {code, stderr} = await inGone(line.split(' '));
    expect([code, stderr]).toEqual([2, expect.stringContaining(`stint: ${GONE}\n`)]);
  });

  it('run runs where --cwd says, and progress is reported to the file that is named', async () => {
    const {code, stdout} = await inGone(['run', '--follow', '--cwd', sandbox.work, '--', 'pwd']);
    expect([code, stdout.toString()]).toEqual([0, `${sandbox.work}\n`]);
    const path = join(sandbox.root, 'progress.jsonl');
    await inGone(['progress', 'emit', 'build_start'], {env: {STINT_PROGRESS_JSONL: path}});
    expect(readFileSync(path, 'utf8')).toContain('"event":"build_start"');
  });

  it('a relative state directory cannot be told', async () => {
    const {code, stderr} = await inGone(['parallel'], {env: {STINT_STATE_DIR: 'state'}});
    expect([code, stderr]).toEqual([
      2,
      `stint: ${GONE}\n       Change to one that exists, or give state as an absolute path.\n`,
    ]);
  });
});
