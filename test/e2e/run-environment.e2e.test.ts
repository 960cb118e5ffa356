import {dirname, join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {addressIn, Sandbox} from '../support/sandbox.ts';
import {bytesOf, shell} from '../support/shell.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** Runs its operands in an environment that no shell would let through: names, values and bytes of every kind. */
const STRANGE_ENVIRONMENT = `
exec env -i PATH="$PATH" STINT_STATE_DIR="$STINT_STATE_DIR" STINT_TEST_SANDBOX="$STINT_TEST_SANDBOX" \\
  'a.b=dot' 'INPUT_MY-NAME=dash' 'BASH_FUNC_x%%=() {  echo "hi"
}' "LINES=$(printf 'one\\n\\ntwo\\n=x')" "$(printf 'BYTES=\\377\\001\\200\\\\n%%')" "$(printf 'na\\377me=v\\376')" \\
  'EMPTY=' 'IFS=,' 'PWD=/elsewhere' 'OLDPWD=/before' 'SHLVL=7' '_=underscore' 'PS4=$(date)' 'ENV=/nonexistent' \\
  'BASH_ENV=/nonexistent' 'LC_ALL=xx_XX' '1=one' '-u=dash' '--=dashes' ' =blank' 'GIT_DIR=/nowhere' "$@"`;

it('gives the job exactly the environment of its submitter, byte for byte, and its own variables', async () => {
  const here = await shell(sandbox, STRANGE_ENVIRONMENT, ['cat', '/proc/self/environ']);
  const submit = `set -- "$NODE" "$STINT" run --wait -- "$@" >&2; ${STRANGE_ENVIRONMENT}`;
  const {code, stderr} = await shell(sandbox, submit, ['cat', '/proc/self/environ']);
  expect(code).toBe(0);
  const job = await bytesOf(sandbox, ['logs', 'cat', '--raw']);
  const address = addressIn({stdout: '', stderr});
  expect(entries(job)).toEqual([...entries(here.stdout), ...(await ownVariables(address))].sort());
  expect(entries(job)).toHaveLength(27);
});

it('adds nothing and leaves nothing out of an empty environment', async () => {
  const submit = `node=$NODE; stint=$STINT; exec env -i STINT_STATE_DIR="$STINT_STATE_DIR" \\
    STINT_TEST_SANDBOX="$STINT_TEST_SANDBOX" "$node" "$stint" run --wait -- /bin/cat /proc/self/environ`;
  const {code, stderr} = await shell(sandbox, submit);
  expect(code).toBe(0);
  expect(entries(await bytesOf(sandbox, ['logs', 'cat', '--raw']))).toEqual(
    [
      ...(await ownVariables(addressIn({stdout: '', stderr}))),
      `STINT_STATE_DIR=${sandbox.state}`,
      `STINT_TEST_SANDBOX=${sandbox.root}`,
    ].sort(),
  );
});

it('gives a job the environment of its own submitter, not that of who started the coordinator', async () => {
  await sandbox.ok(['run', '--wait', '--', 'true'], {env: {ONLY_FIRST: '1', BOTH: 'first'}});
  const second = await sandbox.submit(['--wait', '-c', 'echo "$ONLY_FIRST$BOTH"'], {env: {BOTH: 'second'}});
  expect(await sandbox.ok(['logs', second])).toBe('second\n');
});

it('puts what --env sets in place of what was there', async () => {
  const set = ['--env', 'A=1', '--env', 'A=2', '--env', 'B.c==', '--env', 'EMPTY=', '--env', 'HOME=/else'];
  await sandbox.ok(['run', '--wait', ...set, '--', 'cat', '/proc/self/environ'], {env: {A: '0', EMPTY: 'x'}});
  const job = entries(await bytesOf(sandbox, ['logs', 'cat', '--raw']));
  const found = job.filter(entry => /^(A|B\.c|EMPTY|HOME)=/.test(entry));
  expect(found).toEqual(['A=2', 'B.c==', 'EMPTY=', 'HOME=/else']);
});

it('removes the stored environment when the job can not start any more', async () => {
  const address = await sandbox.submit(['--wait', '--', 'true'], {
    env: {MY_VALUE: 'stored-for-the-start-only'},
  });
  await sandbox.ok(['logs', '-f', address]);
  const {stdout} = await shell(sandbox, 'grep -rl stored-for-the-start-only "$STINT_STATE_DIR"');
  expect(stdout.toString()).toBe('');
});

/** The entries of an environment in a fixed order, each byte a character. */
function entries(environment: Buffer): string[] {
  return environment
    .toString('latin1')
    .split('\0')
    .filter(entry => entry !== '')
    .sort();
}

/** What the environment of a job tells it about itself. */
async function ownVariables(address: string): Promise<string[]> {
  const {log} = JSON.parse(await sandbox.ok(['status', '--json', address])) as {readonly log: string};
  const progress = join(dirname(log), 'progress.jsonl');
  return [
    `STINT_JOB_ID=${address}`,
    `STINT_PROGRESS_JSONL=${progress}`,
    `CASS_SEMANTIC_PROGRESS_JSONL=${progress}`,
  ];
}
