import {statSync, truncateSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, describe, expect, it} from 'vitest';

import type {Client} from '../../src/coordinator/client/index.ts';
import {bringUp, killProcess} from '../support/killer.ts';
import {clientOf, directoryOf, isClosed, keyOf, recordsIn, submissionOf} from '../support/library-jobs.ts';
import {expectWholeLog} from '../support/log-check.ts';
import {seededRandom} from '../support/random.ts';
import {PROGRAMS, Sandbox, until} from '../support/sandbox.ts';

const LINES = 60;
const CUTS = 24;
const DEEPEST = 700; // bytes, some ten records

/** Every byte, in-process: src/coordinator/adapters/recording/spool-recorder.int.test.ts. */
describe('a journal whose last write was torn', () => {
  let sandbox: Sandbox;
  let client: Client;
  afterEach(async () => {
    client.close();
    await sandbox.dispose();
  });

  it(`is completed by the next coordinator, ${CUTS} times in the life of one job`, async () => {
    sandbox = new Sandbox();
    client = clientOf(sandbox);
    const random = seededRandom('torn-journal');
    const program = `sh '${join(PROGRAMS, 'numbered-lines.sh')}' ${LINES} 0 0`;
    const submission = submissionOf(sandbox, {
      command: ['/bin/sh', '-c', `${program}; until [ -e go ]; do sleep 0.02; done; exit 6`],
    });
    await client.submit(submission);
    const directory = directoryOf(sandbox, submission);
    const journal = join(directory, 'output.jsonl');
    const isWhole = () => recordsIn(directory).filter(({kind}) => kind !== 'status').length === 2 * LINES;

    for (let cut = 0; cut < CUTS; cut++) {
      await until(isWhole);
      await killProcess(await bringUp(sandbox));
      truncateSync(journal, Math.max(0, statSync(journal).size - 1 - random.int(DEEPEST)));
      await bringUp(sandbox);
    }
    writeFileSync(join(sandbox.work, 'go'), '');
    expect(await client.wait(keyOf(submission))).toMatchObject({exit_code: 6});
    await until(() => isClosed(directory));
    expectWholeLog(recordsIn(directory), {lines: LINES, exitCode: 6});
  });
});
