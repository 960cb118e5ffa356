/** Lines that have no end yet: prompts and progress bars, to who follows. */
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {LogRecord, PendingText} from '../../src/coordinator/client/index.ts';
import {makeGate} from '../support/gate.ts';
import {clientOf, keyOf, submissionOf} from '../support/library-jobs.ts';
import {isInstalled} from '../support/programs.ts';
import {reading} from '../support/reading.ts';
import {Sandbox, until} from '../support/sandbox.ts';
import {CTRL_C, onTerminal} from '../support/terminal.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

describe('in a pipe', () => {
  it.each([
    ['run', (text: string) => ['run', '-f', '--name', 'job', '-c', text]],
    ['logs', () => ['logs', '-f', 'job']],
  ])('a prompt is seen before its line ends, and nothing twice: %s -f', async (command, args) => {
    const [first, second] = [makeGate(sandbox, 'first'), makeGate(sandbox, 'second')];
    const text = `echo begin; printf 'é? '; ${first.pass}; printf '\\303'; ${second.pass}; printf '\\251!\\nend'`;
    if (command === 'logs') await sandbox.submit(['--name', 'job', '-c', text]);
    const log = reading(sandbox.start(args(text)));
    await until(() => log.text === 'begin\né? ');
    await first.open();
    await second.open();
    expect(await log.ended).toBe(0);
    expect(log.text).toBe('begin\né? é!\nend\n');
  });

  it('goes on behind it when the coordinator is killed, and the records are what they always are', async () => {
    const gate = makeGate(sandbox);
    await sandbox.submit(['--name', 'job', '-c', `printf 'half '; ${gate.pass}; echo whole`]);
    const log = reading(sandbox.start(['logs', '-f', 'job']));
    await until(() => log.text === 'half ');
    await sandbox.killCoordinator();
    const late = reading(sandbox.start(['logs', '-f', 'job']));
    await until(() => late.text === 'half ');
    await gate.open();
    expect([await log.ended, await late.ended]).toEqual([0, 0]);
    expect([log.text, late.text]).toEqual(['half whole\n', 'half whole\n']);
    const lines = (await sandbox.records('job')).filter(({kind}) => kind === 'stdout');
    expect(lines.map(({data, partial}) => ({data, partial}))).toEqual([{data: 'half whole'}]);
  });

  it('lets a line of the other stream through at once where it overwrites itself', async () => {
    const [first, second] = [makeGate(sandbox, 'first'), makeGate(sandbox, 'second')];
    const text = `printf '\\r10%%' >&2; ${first.pass}; echo line; ${second.pass}; printf '\\r20%%\\n' >&2`;
    const log = reading(sandbox.start(['run', '-f', '-c', text]));
    await until(() => log.text === '\r10%');
    await first.open();
    await until(() => log.text === '\r10%\nline\n');
    await second.open();
    expect(await log.ended).toBe(0);
    expect(log.text).toBe('\r10%\nline\n\r20%\n');
  });

  it('stands in no other line, and has those of the other stream and of other jobs wait for it', async () => {
    const gate = makeGate(sandbox);
    const text = `printf '{"a":'; ${gate.pass}; echo err >&2; sleep 0.1; echo '1}'`;
    const log = reading(sandbox.start(['run', '-f', '-c', text]));
    await until(() => log.text === '{"a":');
    await gate.open();
    expect(await log.ended).toBe(0);
    expect(log.text).toBe('{"a":1}\nerr\n');
  });

  it('is not for records, bytes, lines that may be sampled away, and not beside a last number', async () => {
    const gate = makeGate(sandbox);
    const text = `echo one; printf 'half '; ${gate.pass}; echo whole`;
    await sandbox.submit(['--name', 'job', '-c', text]);
    const sampled = reading(
      sandbox.start(['run', '-f', '--name', 'sampled', '--sample', '2', '-c', `printf x; ${gate.pass}`]),
    );
    const wanted = ['--json', '--raw', '--seq=1..100', '--stderr'];
    const logs = wanted.map(option => reading(sandbox.start(['logs', '-f', 'job', option])));
    const seen = reading(sandbox.start(['logs', '-f', 'job']));
    await until(() => seen.text === 'one\nhalf ');
    await until(() => logs.slice(0, 3).every(log => log.text.includes('one')));
    expect(logs.map(log => log.text.includes('half'))).toEqual([false, false, false, false]);
    expect(sampled.text).toBe('');
    await gate.open();
    await until(() => seen.text === 'one\nhalf whole\n');
    await sandbox.ok(['cancel', '--all']);
    await Promise.all([...logs, sampled].map(({ended}) => ended));
    expect(logs[0]?.text).toBe(await sandbox.ok(['logs', 'job', '--json']));
    expect(logs.slice(1).map(log => log.text)).toEqual(['one\nhalf whole\n', 'one\nhalf whole\n', '']);
  });
});

it('is given to a program that asks for it, as frames with stream and offset, and to no other', async () => {
  const gate = makeGate(sandbox);
  const command = ['sh', '-c', `echo one; printf 'half \\377'; ${gate.pass}; printf '%70000s\\n' x`];
  const submission = submissionOf(sandbox, {command});
  const client = clientOf(sandbox);
  await client.submit(submission);
  const frames: (LogRecord | PendingText)[] = [];
  for await (const frame of client.tail(keyOf(submission), {pending: true})) {
    frames.push(frame);
    if (isPending(frame) && frames.filter(isPending).length === 1) await gate.open();
  }
  const plain: LogRecord[] = [];
  for await (const record of client.tail(keyOf(submission))) plain.push(record);
  client.close();
  expect(frames.find(isPending)).toEqual({
    kind: 'pending',
    stream: 'stdout',
    offset: 4,
    data: Buffer.from('half \xff', 'latin1').toString('base64'),
    enc: 'base64',
  });
  expect(frames.filter(frame => !isPending(frame))).toEqual(plain);
});

function isPending(frame: LogRecord | PendingText): frame is PendingText {
  return !('seq' in frame);
}

describe.skipIf(!isInstalled('python3'))('on a terminal', () => {
  const ERASED = '\r\u001b[K';

  it.each([60, 80, 200])('of %d columns a bar is drawn in place, below what is printed', async columns => {
    const gates = [1, 2, 3].map(number => makeGate(sandbox, `gate${number}`));
    const [a, b, c] = gates.map(({pass}) => pass);
    const bar = (percent: string) => `printf '\\r${percent}%%%70s|' '' >&2`;
    const text = `${bar('10')}; ${a}; ${bar('20')}; ${b}; echo line; ${c}; ${bar('99')}; echo >&2`;
    const shown = onTerminal(sandbox, [columns, 24], ['run', '-f', '--name', 'job', '-c', text]);
    const drawn = (percent: string) => {
      const whole = `${percent}%${' '.repeat(70)}|`;
      return whole.length < columns ? whole : `…${whole.slice(2 - columns)}`;
    };
    await until(() => shown.text.endsWith(drawn('10')));
    await gates[0]?.open();
    if (columns > 60) await until(() => shown.text.endsWith(`${ERASED}${drawn('20')}`));
    await gates[1]?.open();
    await until(() => shown.text.endsWith(`${ERASED}line\r\n${drawn('20')}`));
    await gates[2]?.open();
    expect(await shown.ended).toBe(0);
    expect(shown.text).toContain(`${ERASED}99%${' '.repeat(70)}|\r\nstint: job completed`);
  });

  it('it stays where it is at Ctrl-C, and what is said comes below', async () => {
    const shown = onTerminal(
      sandbox,
      [80, 24],
      ['run', '-f', '--name', 'job', '-c', 'printf half; sleep 1000'],
    );
    await until(() => shown.text.endsWith('\nhalf'));
    shown.type(CTRL_C);
    await shown.ended;
    expect(shown.text).toMatch(/\nhalf(\^C)?\r\nstint: detached: job goes on/);
  });
});
