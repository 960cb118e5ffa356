/** `submit` of the built library: a program runs a command as `stint run` does. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {pathToFileURL} from 'node:url';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';

const LIBRARY = pathToFileURL(join(import.meta.dirname, '..', '..', 'dist', 'lib', 'index.js')).href;

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** What a program prints as JSON that submits with these options and waits, in the sandbox. */
async function submitted(options: string, variables: Record<string, string> = {}): Promise<Submitted> {
  const program = `import {submit} from ${JSON.stringify(LIBRARY)};
    try {
      const job = await submit(${options});
      console.log(JSON.stringify({...job, outcome: await job.wait()}));
    } catch ({code, message}) {
      console.log(JSON.stringify({code, message}));
    }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: sandbox.work,
    env: {...sandbox.environment(), ...variables},
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [printed] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return JSON.parse(printed) as Submitted;
}

interface Submitted {
  readonly address: string;
  readonly log: string;
  readonly outcome: unknown;
}

describe('a job that a program submits', () => {
  it('is named by its command, runs here, and is found by its address', async () => {
    const {address, outcome} = await submitted(`{command: ['sh', '-c', 'pwd; exit 3'], tags: ['ours']}`);
    expect(outcome).toMatchObject({name: 'pwd', status: 'failed', exit_code: 3});
    expect(await sandbox.ok(['logs', address])).toBe(`${sandbox.work}\n`);
    expect(JSON.parse(await sandbox.ok(['status', address, '--json']))).toMatchObject({tags: ['ours']});
  });

  it('gets the directory, the variables and the name that are given, and a text goes to the shell', async () => {
    mkdirSync(join(sandbox.work, 'below'));
    const options = `{command: 'echo "$NOTE in $PWD"', cwd: 'below', env: {NOTE: 'here', PWD: undefined}, name: 'noted'}`;
    const {address} = await submitted(options);
    expect(address).toMatch(/^[0-9a-f]{12}:noted$/);
    expect(await sandbox.ok(['logs', '--job', 'noted', '--inv', address.slice(0, 12)])).toBe(
      `here in ${join(sandbox.work, 'below')}\n`,
    );
  });

  it('takes what it is not told of its options from variables, as stint run does', async () => {
    const told = join(sandbox.work, 'told');
    const {outcome, log} = await submitted(`{command: ['true'], lingerMs: 0}`, {
      STINT_NOTIFY: `touch ${told}`,
    });
    expect(outcome).toMatchObject({status: 'completed', exit_code: 0});
    expect(JSON.parse(readFileSync(join(log, '..', 'spec.json'), 'utf8'))).toMatchObject({
      lingerMs: 0,
      stallAfterMs: 120_000,
      notify: `touch ${told}`,
    });
  });

  it('is refused where it could not be run, before anything is recorded', async () => {
    expect(await submitted(`{command: ['no-such-program']}`)).toMatchObject({code: 'COMMAND_NOT_FOUND'});
    expect(await submitted(`{command: ['true'], cwd: 'nowhere'}`)).toMatchObject({code: 'CWD_NOT_FOUND'});
    expect(await submitted(`{command: ['true'], lingerMs: -1}`)).toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('lingerMs'),
    });
    expect(await submitted(`{command: []}`)).toMatchObject({code: 'USAGE'});
    expect(await submitted(`{command: ['true'], env: {'A=B': 'c'}}`)).toMatchObject({code: 'USAGE'});
    expect(await sandbox.ok(['ls', '--json'])).toBe('[]\n');
  });
});
