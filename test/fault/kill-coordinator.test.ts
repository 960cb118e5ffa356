import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, describe, expect, it} from 'vitest';

import type {WireSubmission} from '../../src/coordinator/client/index.ts';
import {bringUp, type Kill, killOne} from '../support/killer.ts';
import {clientOf, directoryOf, isClosed, recordsIn, submissionOf} from '../support/library-jobs.ts';
import {expectWholeLog} from '../support/log-check.ts';
import {isInstalled} from '../support/programs.ts';
import {seededRandom} from '../support/random.ts';
import {PROGRAMS, Sandbox, until} from '../support/sandbox.ts';

const KILLS = 104;
const AT_ONCE = 3;

interface Submitted {
  readonly submission: WireSubmission;
  readonly lines: number;
  readonly exitCode: number;
}

describe('jobs whose coordinators are killed again and again', () => {
  let sandbox: Sandbox;
  afterEach(() => sandbox.dispose());

  it(`have every line once and in order, and their exit code, after ${KILLS} kills`, async () => {
    sandbox = new Sandbox();
    const random = seededRandom('kill-coordinator');
    const programs = (['node', 'sh', 'python3'] as const).filter(isInstalled);
    const client = clientOf(sandbox);
    const jobs: Submitted[] = [];
    const kills: Kill[] = [];
    let isOver = false;
    const lanes = Array.from({length: AT_ONCE}, (_, lane) => runJobs(lane));
    try {
      while (kills.length < KILLS) kills.push(await killOne(sandbox, random));
    } finally {
      isOver = true;
      await bringUp(sandbox);
      await Promise.all(lanes);
    }

    for (const {submission, lines, exitCode} of jobs)
      expectWholeLog(recordsIn(directoryOf(sandbox, submission)), {lines, exitCode});
    expect(jobs.length).toBeGreaterThan(AT_ONCE * 4);
    expect(new Set(kills.map(({by}) => by)).size).toBe(3);
    await expectRowsOf(jobs);
    await expectNothingLeftOf(jobs);

    /** One job after the other, of which some write as fast as they can and some slowly. */
    async function runJobs(lane: number): Promise<void> {
      while (!isOver) {
        const program = random.pick(programs);
        const lines = lane === 0 ? 50 + random.int(100) : 3000 + random.int(9000);
        const pauseMs = lane === 0 ? 10 : 0;
        const exitCode = random.int(100);
        const command = [program, join(PROGRAMS, `numbered-lines.${SUFFIX[program]}`)];
        const submission = submissionOf(sandbox, {
          name: `job-${jobs.length}`,
          command: [...command, String(lines), String(pauseMs), String(exitCode)],
        });
        jobs.push({submission, lines, exitCode});
        await client.submit(submission);
        const followed = lane === 0 ? follow(submission) : undefined;
        await until(() => isClosed(directoryOf(sandbox, submission)), 60_000);
        await followed;
      }
    }
  });

  /** Whoever follows the log meanwhile sees all of it, once. */
  async function follow(submission: WireSubmission): Promise<void> {
    const {code, stdout} = await sandbox.stint(['logs', '-f', submission.invocation, '--json']);
    const log = readFileSync(join(directoryOf(sandbox, submission), 'output.jsonl'), 'utf8');
    expect({code, isWhole: stdout === log}).toEqual({code: 0, isWhole: true});
  }

  async function expectRowsOf(jobs: readonly Submitted[]): Promise<void> {
    const rows = new Map((await sandbox.list()).map(row => [row.invocation_id, row]));
    for (const {submission, exitCode} of jobs) {
      expect(rows.get(submission.invocation)).toMatchObject({
        status: exitCode === 0 ? 'completed' : 'failed',
        exit_code: exitCode,
      });
    }
  }

  /** Spools, environments and FIFOs of closed jobs are gone, also where the coordinator was killed while it removed them. */
  async function expectNothingLeftOf(jobs: readonly Submitted[]): Promise<void> {
    for (const {submission} of jobs) {
      const directory = directoryOf(sandbox, submission);
      await until(() => !readdirSync(directory).includes('out'));
      // Only a long log has a copy of its status records.
      const isLong = statSync(join(directory, 'output.jsonl')).size > 2 * 1024 * 1024;
      const left = readdirSync(directory).filter(name => !(isLong && name === 'status.jsonl'));
      expect(left.sort()).toEqual(['output.jsonl', 'spec.json']);
    }
  }
});

const SUFFIX = {node: 'mjs', python3: 'py', sh: 'sh'};
