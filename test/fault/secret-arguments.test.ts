import {afterEach, beforeEach, expect, it} from 'vitest';

import {watchArguments} from '../support/arguments-watch.ts';
import {clientOf, keyOf, submissionOf} from '../support/library-jobs.ts';
import {Sandbox} from '../support/sandbox.ts';

const SECRET = 'hushhush-7e1c';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

function base64(bytes: string): {base64: string} {
  return {base64: Buffer.from(bytes, 'latin1').toString('base64')};
}

/** Each way in which a value comes to a job. */
const ENVIRONMENTS = [
  [`API_TOKEN=${SECRET}`, `_=${SECRET}`, `PWD=${SECRET}`],
  [`a.b=${SECRET}`, `BASH_FUNC_module%%=() { echo ${SECRET}; }`, `OPTIND=${SECRET}`],
  [base64(`BYTES=\xff${SECRET}`)],
  [base64(`na\xff\xfeme=${SECRET}`)],
  [`LARGE=${'x'.repeat(110_000)}${SECRET}`],
];

it('no value of a variable is in the arguments of any process at any moment', async () => {
  const seconds = `0.2${process.pid}`;
  const watch = await watchArguments(SECRET, seconds);
  const client = clientOf(sandbox);
  for (const env of ENVIRONMENTS) {
    const submissions = Array.from({length: 4}, () => {
      const submission = submissionOf(sandbox, {command: ['/bin/sleep', seconds]});
      return {...submission, env: [...submission.env, ...env]};
    });
    for (const submission of submissions) await client.submit(submission);
    const ends = submissions.map(submission => client.wait(keyOf(submission)));
    for (const {exit_code} of await Promise.all(ends)) expect(exit_code).toBe(0);
  }
  client.close();
  await sandbox.ok(['run', '--wait', '--', 'sleep', seconds], {env: {TOKEN: SECRET, 'a.b': SECRET}});
  const {rounds, found, sawControl} = await watch.end();
  expect({found, sawControl}).toEqual({found: [], sawControl: true});
  expect(rounds).toBeGreaterThan(20);
});
