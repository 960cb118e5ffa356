import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** Each way in which a secret comes along; `hushhush` is the part that must not be found. */
const WAYS: readonly (readonly [string, readonly string[], NodeJS.ProcessEnv?])[] = [
  ['a variable that is used in the command', ['echo', 'x-hushhush-y'], {API_TOKEN: 'hushhush'}],
  ['a name in lower case', ['echo', 'hushhush'], {my_password: 'hushhush'}],
  ['a name that a shell cannot hold', ['echo', 'hushhush'], {'input.my-Secret_Key': 'hushhush'}],
  ['a value with quotes and blanks', ['echo', `it's "a" hushhush`], {DEPLOY_KEY: `it's "a" hushhush`}],
  ['a value of several lines', ['echo', 'begin\nhushhush\nend'], {DEPLOY_KEY: 'begin\nhushhush\nend'}],
  ['a value in a shell text', ['-c', `echo 'a hushhush'`], {A_SECRET: 'a hushhush'}],
  ['a value with a quote in a shell text', ['-c', `echo "it's hushhush"`], {A_SECRET: "it's hushhush"}],
  ['--env', ['--env', 'GH_TOKEN=hushhush', '--', 'true']],
  ['--env with blanks', ['--env', 'GH_TOKEN=a hushhush', '--', 'true']],
  ['--env with a quote', ['--env', `GH_TOKEN=it's a hushhush`, '--', 'true']],
  ['--env=', ['--env=GH_TOKEN=a hushhush', '--', 'true']],
  ['an assignment as a word', ['env', 'my_secret=hushhush', 'true']],
  ['an assignment with blanks as a word', ['env', 'my_secret=a hushhush', 'true']],
  ['an assignment with a quote as a word', ['env', `my_secret=it's a hushhush`, 'true']],
  ['an assignment in a shell text', ['-c', 'MY_PASSWORD=hushhush true']],
  ['one in single quotes', ['-c', `MY_PASSWORD='a hushhush' true`]],
  ['one in double quotes', ['-c', `export MY_PASSWORD="a \\" hushhush"; true`]],
  ['one with blanks escaped', ['-c', 'MY_PASSWORD=a\\ hushhush true']],
  ['one of several pieces', ['-c', `MY_PASSWORD=a'b c'"d hushhush" true`]],
  ['one in the text of another shell', ['sh', '-c', `MY_PASSWORD='a hushhush' true`]],
  ['one further in', ['-c', `cd . && MY_PASSWORD='a hushhush' true`]],
  ['an assignment behind an option', ['echo', '--env=my_secret=a hushhush']],
  ['a tag', ['--tag', 'hushhush', '--', 'true'], {API_KEY: 'hushhush'}],
];

it('keeps every secret value out of the database and shows *** instead', async () => {
  for (const [, args, env = {}] of WAYS) await sandbox.ok(['run', ...args], {env});
  const found = databaseBytes()
    .toString('latin1')
    .match(/[ -~]{0,60}hushhush/g);
  expect(found).toBeNull();
  const jobs = await sandbox.list();
  expect(jobs).toHaveLength(WAYS.length);
  expect(JSON.stringify(jobs)).not.toContain('hushhush');
  for (const [at, job] of [...jobs].reverse().entries()) {
    expect(`${job.command}${job.trigger_command}`, WAYS[at]?.[0]).toContain('***');
  }
});

it('hands the values on to the job all the same', async () => {
  const env = {API_TOKEN: 'hushhush'};
  const address = await sandbox.submit(
    ['--wait', '--env', 'MY_KEY=it is', '-c', 'echo "$API_TOKEN $MY_KEY"'],
    {env},
  );
  expect(await sandbox.ok(['logs', address])).toBe('hushhush it is\n');
});

it('leaves variables with other names as they are', async () => {
  await sandbox.ok(['run', '--', 'env', 'TOKENS=shown', 'KEY_FILE=shown', 'true'], {env: {MONKEY: 'true'}});
  expect((await sandbox.list())[0]).toMatchObject({command: 'env TOKENS=shown KEY_FILE=shown true'});
});

function databaseBytes(): Buffer {
  const files = readdirSync(sandbox.state, {recursive: true, withFileTypes: true}).filter(
    entry => entry.isFile() && entry.name.startsWith('coordinator.db'),
  );
  expect(files.map(({name}) => name)).toContain('coordinator.db-wal');
  return Buffer.concat(files.map(({parentPath, name}) => readFileSync(join(parentPath, name))));
}
