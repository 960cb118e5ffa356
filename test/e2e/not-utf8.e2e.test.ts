/** Directories, names and arguments that are not UTF-8, and names that would steer a terminal. */
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {Sandbox} from '../support/sandbox.ts';
import {type ShellEnd, type ShellOptions, shell} from '../support/shell.ts';

let sandbox: Sandbox;
/** Makes the directories, and is where each script begins. */
const IN_DIRECTORY = `D=$(printf 'caf\\351'); mkdir -p "$D"; cd "$D"`;
const run = (script: string, options?: ShellOptions): Promise<ShellEnd> =>
  shell(sandbox, `${IN_DIRECTORY}\n${script}`, [], options);
const latin = (end: ShellEnd) => end.stdout.toString('latin1');

beforeAll(() => {
  sandbox = new Sandbox();
});
afterAll(() => sandbox.dispose());

describe('a directory that is not UTF-8', () => {
  const directory = () => `${sandbox.work}/caf\xe9`;

  it('is where a job runs that is submitted there, or with --cwd', async () => {
    const here = await run('stint run --wait --name here -- pwd >/dev/null && stint logs here --raw');
    expect([here.code, latin(here)]).toEqual([0, `${directory()}\n`]);
    const there = await run(
      `cd ..; stint run --wait --name there --cwd "$D" -c 'pwd; echo "$PWD"' >/dev/null; cd "$D"; stint logs there --raw`,
    );
    expect([there.code, latin(there)]).toEqual([0, `${directory()}\n`.repeat(2)]);
  });

  it('is shown with the byte escaped, and lists know it as theirs', async () => {
    const status = await run('stint status here');
    expect(latin(status)).toContain(`directory  ${sandbox.work}/caf\\xe9\n`);
    const list = await run('stint ls --json');
    expect(JSON.parse(list.stdout.toString())).toHaveLength(2);
    expect(list.stdout.toString()).toContain(`"cwd": "${sandbox.work}/caf\u{10ffe9}"`);
    const doctor = await run('stint doctor');
    expect(latin(doctor)).toContain(`${sandbox.work}/caf\\xe9: database private`);
  });

  it('is where a job is run again, with an argument that is not UTF-8 either', async () => {
    const again = await run(`
      stint run --wait --name again -- sh -c 'pwd; printf %s "$1"; exit 3' sh "$(printf 'a\\351')" >/dev/null 2>&1
      stint retry again >/dev/null || exit 9
      stint wait again >/dev/null 2>&1; stint logs again --raw`);
    expect([again.code, latin(again)]).toEqual([0, `${directory()}\na\xe9`]);
  });

  it('may be a repository, with a branch and a program that are not UTF-8 either', async () => {
    const done = await run(`
      mkdir r; cd r; git init -q -b "$(printf 'br\\344nch')"
      git -c user.name=a -c user.email=b commit -q --allow-empty -m x
      printf '#!/bin/sh\\npwd\\n' >"$(printf 'pr\\377og')"; chmod +x pr*
      stint run --wait --name prog -- "./$(printf 'pr\\377og')" >/dev/null || exit 9
      git worktree add -q ../w -b other; cd ../w
      stint run --wait --name linked -- true >/dev/null || exit 8
      git config stint.id >/dev/null || exit 7
      stint ls; stint logs prog --raw`);
    expect(done.code).toBe(0);
    expect(latin(done)).toMatch(/> other .*\n.*linked .*\n *br\\xe4nch .*\n.*prog /);
    expect(latin(done)).toContain(`${directory()}/r\n`);
  });

  it('holds no state and no event log, which is said', async () => {
    for (const [script, env] of [
      ['stint ls', {STINT_STATE_DIR: 'state'}],
      ['stint run -- true', {STINT_STATE_DIR: 'state'}],
      ['stint events append t --kind k --db x.db 1', {}],
    ] as const) {
      const {code, stderr} = await run(script, {env});
      expect([script, code]).toEqual([script, 1]);
      expect(stderr).toContain('caf\\xe9/');
      expect(stderr).toContain('its path is not UTF-8');
    }
    expect(latin(await run('ls'))).toBe('r\nw\n');
  });
});

describe('an argument that is not UTF-8', () => {
  it.each([
    ["run --name $(printf 'n\\377') -- true", '--name'],
    ["run --tag=$(printf 'n\\377') -- true", '--tag'],
    ["events append t --kind $(printf 'n\\377') 1", '--kind'],
    ["events append t --kind k --header a=$(printf 'n\\377') 1", '--header'],
    ["events read $(printf 'n\\377')", 'An argument'],
    ["logs --job $(printf 'n\\377')", '--job'],
    ["cancel --worktree $(printf 'n\\377')", '--worktree'],
    ["progress emit e --label a=$(printf 'n\\377')", '--label'],
    ["progress emit $(printf 'n\\377')", 'An argument'],
  ])('is refused as a text: %s', async (line, what) => {
    const {code, stderr} = await shell(sandbox, `stint ${line}`);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^stint: ${what} is not UTF-8: '.*n\\\\xff'\\.\\n`));
  });

  it('goes to a command as it is, and U+FFFD itself is a text like others', async () => {
    const done = await shell(
      sandbox,
      `stint run --wait --name "$(printf '\\357\\277\\275')" --env "A=$(printf '\\376')" -- printf '%s' "$(printf '\\377')" >/dev/null
       stint logs --job "$(printf '\\357\\277\\275')" --raw`,
    );
    expect([done.code, latin(done)]).toEqual([0, '\xff']);
  });
});

describe('control characters of others', () => {
  const ODD = 'a\u001b[31m\r\nstint: all is well';

  it('have no effect in messages, in pipes either, and stay as they are in JSON', async () => {
    mkdirSync(join(sandbox.work, ODD));
    for (const args of [
      ['logs', ODD],
      ['run', '--cwd', `/none/${ODD}`, '--', 'true'],
      ['run', '--name', ODD, '--', 'true'],
      ['run', '--', `./${ODD}/none`],
      ['run', '--on-stall', ODD, '--', 'true'],
      [ODD],
      ['events', 'read', ODD],
      ['ls', '--format', ODD],
      ['ls', `--${ODD}`],
    ]) {
      const {code, stderr} = await sandbox.stint(args);
      expect([args, code === 2 || code === 3]).toEqual([args, true]);
      expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      expect(stderr).not.toMatch(/^stint: all is well/m);
    }
    const json = await sandbox.stint(['logs', ODD, '--json']);
    expect(JSON.parse(json.stderr)).toMatchObject({error: {message: `No job matches ${ODD}.`}});
  });

  it('have none in what the doctor finds', async () => {
    const cwd = join(sandbox.work, ODD);
    await sandbox.ok(['run', '--wait', '--', 'true'], {cwd});
    const stdout = await sandbox.ok(['doctor'], {cwd});
    expect(stdout).toContain('a\\x1b[31m\\x0d\\x0astint: all is well');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});
