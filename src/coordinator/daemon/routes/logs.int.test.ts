import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {JOB_FILES, jobPath} from '../../adapters/index.ts';
import {keyOf} from '../../domain/index.ts';
import {queuedJob} from '../../domain/testing/sample-jobs.ts';
import {Listeners} from '../../usecases/index.ts';
import {type TailedCoordinator, tailLogs} from './logs.ts';

const {spec} = queuedJob();
const CLOSED = {spec, state: {status: 'completed', finishedAt: 1, closedAt: 2}} as const;
const LAST = [
  '{"seq":401,"ts":1,"kind":"stdout","data":"last"}',
  '{"seq":402,"ts":2,"kind":"status","data":{"event":"closed"}}',
];

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'stint-logs-'));
});
afterEach(() => rmSync(state, {recursive: true}));

it('waits for a log that is made anew although its job is closed, as long as somebody looks after it', async () => {
  const path = join(state, jobPath(keyOf(spec)), JOB_FILES.journal);
  mkdirSync(dirname(path), {recursive: true});
  const journalChanges = new Listeners<undefined>();
  type Run = ReturnType<TailedCoordinator['supervisor']['run']>;
  const supervisor = {run: () => ({}) as Run};
  const tail = tailLogs(state, {find: () => CLOSED, journalChanges, supervisor});
  const wanted = {job: keyOf(spec), follow: true, since_seq: 400, pending: false};
  const given = readAll(tail(wanted, AbortSignal.timeout(60_000)));
  await new Promise(setImmediate); // it has looked, and found nothing
  writeFileSync(path, `${LAST.join('\n')}\n`, {mode: 0o600});
  journalChanges.tell(path, undefined);
  expect(await given).toEqual(LAST);
});

async function readAll(chunks: AsyncIterable<unknown>): Promise<string[]> {
  const texts: string[] = [];
  for await (const chunk of chunks) texts.push(String(chunk));
  return texts.join('').split('\n').filter(Boolean);
}
