/** What is printed where somebody looks at it: cut to the terminal, and without anything that could steer it. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeGate} from '../support/gate.ts';
import {isInstalled} from '../support/programs.ts';
import {Sandbox, STINT, until} from '../support/sandbox.ts';
import {CTRL_C, onTerminal, shellOnTerminal} from '../support/terminal.ts';

const ESCAPE = '\u001b';
const TITLES = /^ID {6}JOB {2,}STATUS/;

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

it('shows control characters of a command in the table, and only there as text', async () => {
  const command = `printf '%s' '${ESCAPE}]0;title\u0007'`;
  await sandbox.ok(['run', '--wait', '--name', 'job', '-c', command]);
  expect(await sandbox.ok(['ls'])).toMatch(/printf '%s' '\\x1b\]0;title\\x07'\n$/);
  expect(await sandbox.ok(['status', 'job'])).toContain("printf '%s' '\\x1b]0;title\\x07'\n");
  expect((await sandbox.list())[0]?.command).toBe(command);
  expect(await sandbox.ok(['ls', '--format', 'csv'])).toContain(command);
});

it('cuts nothing in a pipe', async () => {
  const command = `true ${'x'.repeat(500)}`;
  await sandbox.ok(['run', '--wait', '-c', command]);
  expect(await sandbox.ok(['ls'], {env: {COLUMNS: '40'}})).toContain(`${command}\n`);
});

describe.skipIf(!isInstalled('python3'))('on a terminal', () => {
  it('cuts the list to its width', async () => {
    await sandbox.ok(['run', '--wait', '--name', 'a-long-name', '-c', `true ${'日本'.repeat(50)}`]);
    const list = async (columns: number) => {
      const {code, lines} = await printed([columns, 24], ['ls']);
      expect(code).toBe(0);
      return lines;
    };
    const [titles, job] = await list(80);
    expect(titles).toMatch(TITLES);
    expect(job).toMatch(/ {2}true (日本)+日?…$/);
    expect(job?.replace(/[日本]/g, '__').length).toBeGreaterThan(78);
    expect(job?.replace(/[日本]/g, '__').length).toBeLessThanOrEqual(80);
    expect((await list(30))[1]).toMatch(/^[0-9a-f]{6} {2}a-long-n… {2}✓ completed$/);
    expect(await list(3)).toEqual(['ID', expect.stringMatching(/^[0-9a-f]{2}…$/), '']);
  });

  it('prints colours of a log, and shows what else could steer the terminal', async () => {
    const text = `printf '${ESCAPE}[31mred${ESCAPE}[2J\\n\\377\\233\\n10%%\\r20%%'`;
    await sandbox.ok(['run', '--wait', '--name', 'job', '-c', text]);
    const shown = [`${ESCAPE}[31mred\\x1b[2J${ESCAPE}[0m`, 'ÿ\\x9b', '10%\r20%', ''];
    expect((await printed([80, 24], ['logs', 'job'])).lines).toEqual(shown);
    expect((await printed([80, 24], ['logs', '-f', 'job'])).lines).toEqual(shown);
    const {lines} = await printed([80, 24], ['run', '--follow', '-c', text]);
    expect(lines.slice(1, 3)).toEqual(shown.slice(0, 2));
    expect(await sandbox.ok(['logs', 'job', '--raw', '--stdout'])).toContain(`red${ESCAPE}[2J\n`);
    expect(await sandbox.ok(['logs', 'job'])).toContain(`red${ESCAPE}[2J\n`);
  });

  it('draws ls --watch on a screen of its own, at every change and every resize, and leaves the last list', async () => {
    const gate = makeGate(sandbox);
    for (const name of ['one', 'two', 'three'])
      await sandbox.ok(['run', '--wait', '--name', name, '--', 'true']);
    await sandbox.submit(['--name', 'four', '-c', gate.pass]);
    const watching = onTerminal(sandbox, [100, 10], ['ls', '--watch']);
    const last = () => watching.text.slice(watching.text.lastIndexOf(`${ESCAPE}[H`));
    await until(() => last().includes('one'));
    expect(watching.text.startsWith(`${ESCAPE}[?1049h`)).toBe(true);
    expect(watching.text).not.toContain(`${ESCAPE}[3J`); // what was printed before stays to be scrolled to
    expect(last()).toMatch(/running.*read -r _/);
    watching.resize(30, 5);
    await until(() => last().includes('… and 2 more'));
    expect(last()).not.toContain('read -r _');
    await gate.open();
    await until(() => /four +✓ completed/.test(last()));
    watching.type(CTRL_C);
    expect(await watching.ended).toBe(0);
    const [, after = ''] = watching.text.split(`${ESCAPE}[?1049l`);
    expect(after.split('\r\n').map(line => line.split(/ +/)[1])).toEqual([
      'JOB',
      'four',
      'three',
      'two',
      'one',
      undefined,
    ]);
  });

  it('has a clock and a line of keys below the list, and times that go on while a job runs', async () => {
    const gate = makeGate(sandbox);
    await sandbox.submit(['--name', 'job', '-c', gate.pass]);
    const watching = onTerminal(sandbox, [60, 8], ['ls', '--watch']);
    const footers = () =>
      watching.text.match(/8;1H\d\d:\d\d:\d\d {3}q quit {3}a all jobs {3}s stalled only/g) ?? [];
    const times = () => watching.text.match(/running +\S+ +[\d.]+m?s/g) ?? [];
    await until(() => new Set(times()).size > 1 && new Set(footers()).size > 1);
    await gate.open();
    await until(() => /job +✓ completed/.test(watching.text));
    const lists = () => watching.text.split(`${ESCAPE}[H`).length;
    const [drawn, told] = [lists(), footers().length];
    await until(() => footers().length > told + 1);
    expect(lists() - drawn).toBeLessThanOrEqual(1); // the clock goes on, nothing else: the job's end may still come
    watching.type('q');
    expect(await watching.ended).toBe(0);
  });

  it('shows all jobs, or those that are stalled, at a key', async () => {
    for (const name of ['one', 'two']) await sandbox.ok(['run', '--wait', '--name', name, '--', 'true']);
    const watching = onTerminal(sandbox, [100, 10], ['ls', '--watch', '-n', '1']);
    const last = () => watching.text.slice(watching.text.lastIndexOf(`${ESCAPE}[H`));
    await until(() => last().includes('two'));
    expect(last()).not.toContain('one');
    watching.type('a');
    await until(() => last().includes('one'));
    watching.type('s');
    await until(() => last().includes('no job is stalled'));
    watching.type(`${ESCAPE}[Bx`);
    watching.type('sa');
    await until(() => last().includes('two') && !last().includes('one'));
    watching.type('q');
    expect(await watching.ended).toBe(0);
  });

  it.each(['TERM', 'HUP', 'QUIT'])('gives the terminal back at %s', async signal => {
    const text = `sh -c 'echo pid $$; exec "$@"' sh "$NODE" "$STINT" ls --watch; echo; stty -a`;
    const env = {NODE: process.execPath, STINT};
    const watching = shellOnTerminal(sandbox, [80, 8], text, {env});
    await until(() => watching.text.includes('q quit'));
    process.kill(Number(/pid (\d+)/.exec(watching.text)?.[1]), `SIG${signal}`);
    await watching.ended;
    const [, after = ''] = watching.text.split(`${ESCAPE}[?1049l`);
    expect(after).toMatch(/[^-]icanon/);
    expect(after).toMatch(/[^-]echo /);
  });

  it('leaves by q from the report of progress too', async () => {
    const gate = makeGate(sandbox);
    const report = `printf '{"schema":"stint.progress.v1","event":"a_start","phase":"a","sub_phase":"start","ts_ms":1}\\n'`;
    await sandbox.submit(['--name', 'job', '-c', `${report} >> "$STINT_PROGRESS_JSONL"; ${gate.pass}`]);
    const watching = onTerminal(sandbox, [80, 20], ['progress', 'report', '-f', 'job']);
    await until(() => /20;1H\d\d:\d\d:\d\d {3}q quit/.test(watching.text));
    watching.type('q');
    expect(await watching.ended).toBe(0);
  });

  it('shows an empty list that fills, also where nothing was ever run', async () => {
    const watching = onTerminal(sandbox, [80, 24], ['ls', '--watch']);
    await until(() => watching.text.includes('nothing was run in this repository yet'));
    await sandbox.ok(['run', '--', 'true']);
    await until(() => watching.text.includes('completed'));
    watching.type(CTRL_C);
    expect(await watching.ended).toBe(0);
  });
});

async function printed(size: readonly [number, number], args: readonly string[]) {
  const terminal = onTerminal(sandbox, size, args);
  const code = await terminal.ended;
  return {code, lines: terminal.lines};
}
