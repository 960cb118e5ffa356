import {spawnSync} from 'node:child_process';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox, until} from '../support/sandbox.ts';

const LIBRARY = join(import.meta.dirname, '..', '..', 'dist', 'lib', 'index.js');

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

/** What a program prints that works with the library, in the sandbox's directory. */
function printed(program: string): unknown {
  const text = `import {find, list, statistics} from ${JSON.stringify(LIBRARY)};\n${program}`;
  const {status, stdout, stderr} = spawnSync(process.execPath, ['--input-type=module', '-e', text], {
    cwd: sandbox.work,
    env: sandbox.environment(),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('the library', () => {
  it('lists no job where nothing was ever run', () => {
    expect(printed('console.log(JSON.stringify(await list()));')).toEqual([]);
  });

  it('shows jobs as ls and status do', async () => {
    await sandbox.stint(['run', '--wait', '--name', 'good', '--', 'true']);
    await sandbox.stint(['run', '--wait', '--name', 'bad', '--tag', 'nightly', '--', 'false']);
    await until(async () => (await sandbox.list()).every(({closed_at}) => closed_at !== null));
    const listed = printed('console.log(JSON.stringify(await list({leftovers: true})));');
    expect(listed).toMatchObject([
      {name: 'bad', status: 'failed', exit_code: 1, tags: ['nightly']},
      {name: 'good', status: 'completed', exit_code: 0},
    ]);
    expect(listed).toEqual(JSON.parse(await sandbox.ok(['ls', '--json'])));
    expect(printed("console.log(JSON.stringify((await find('bad', {leftovers: true}))[0]));")).toEqual(
      JSON.parse(await sandbox.ok(['status', 'bad', '--json'])),
    );
  });

  it('tells the statistics of a name as stats does', async () => {
    await sandbox.stint(['run', '--wait', '--name', 'good', '--', 'true']);
    expect(printed("console.log(JSON.stringify(await statistics('good')));")).toEqual(
      JSON.parse(await sandbox.ok(['stats', 'good', '--json'])),
    );
  });

  it('reads the state directory that it is told', async () => {
    await sandbox.stint(['run', '--wait', '--name', 'good', '--', 'true']);
    const state = JSON.stringify(sandbox.state);
    const program = `process.env.STINT_STATE_DIR = '/nonexistent';
      const state = ${state};
      const names = [...(await list({state})), ...(await find('good', {state}))].map(({name}) => name);
      console.log(JSON.stringify([...names, (await statistics('good', {state})).runs, (await list()).length]));`;
    expect(printed(program)).toEqual(['good', 'good', 1, 0]);
  });

  it('refuses a number of jobs that cannot be', async () => {
    await sandbox.stint(['run', '--wait', '--name', 'good', '--', 'true']);
    const program = `const codes = [];
      for (const last of [-1, 1.5, NaN, 'x'])
        for (const read of [list({last}), statistics('good', {last})])
          await read.catch(({code}) => codes.push(code));
      console.log(JSON.stringify(codes));`;
    expect(printed(program)).toEqual(Array(8).fill('USAGE'));
  });

  it('refuses an address that means no job', () => {
    expect(printed("await find('none').catch(({code}) => console.log(JSON.stringify(code)));")).toBe(
      'NO_MATCH',
    );
  });
});
