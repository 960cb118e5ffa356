/** `stint events append`: entries from stdin as they come. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {existsSync, mkdirSync, statSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {createInterface} from 'node:readline';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type Finished, Sandbox, STINT} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

interface Entry {
  readonly id: number;
  readonly kind: string;
  readonly payload: unknown;
  readonly headers: object;
  readonly occurred_at_ms: number;
}

async function read(topic: string): Promise<Entry[]> {
  const text = await sandbox.ok(['events', 'read', topic]);
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Entry);
}

function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [STINT, 'events', 'append', ...args], {
    cwd: sandbox.work,
    env: {...sandbox.environment(), ...env},
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

async function finished(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return {code, stdout, stderr};
}

/** Appends this input; resolves with what was said. */
async function append(args: readonly string[], input: string | Buffer): Promise<Finished> {
  const child = start(args);
  child.stdin?.on('error', () => undefined); // it may stop reading before the end
  child.stdin?.end(input);
  return finished(child);
}

describe('stint events append', () => {
  it('takes one entry, or with --kind one payload, as an operand', async () => {
    const whole = '{"kind":"done","payload":{"ok":true},"headers":{"a":"1"},"occurred_at_ms":12}';
    expect(await sandbox.ok(['events', 'append', 'builds', whole])).toBe('1 entry appended, id 1\n');
    const payload = ['events', 'append', 'builds', '"x"', '--kind', 'note', '--header', 'b=c=d', '--json'];
    expect(await sandbox.ok(payload)).toBe('{"id":2}\n');
    const [first, second] = await read('builds');
    expect(first).toEqual({id: 1, ...JSON.parse(whole)});
    expect(second).toMatchObject({id: 2, kind: 'note', payload: 'x', headers: {b: 'c=d'}});
    expect(statSync(join(sandbox.state, 'events.db')).mode & 0o777).toBe(0o600);
    expect(statSync(sandbox.state).mode & 0o777).toBe(0o700);
  });

  it('takes entries from stdin, with a byte order mark, CRLF, blank lines and no newline at the end', async () => {
    const input =
      '\uFEFF{"kind":"a","payload":1}\r\n\r\n{"kind":"b","payload":null}\n  \n{"kind":"c","payload":"ä"}';
    expect(await append(['t', '--header', 'from=test'], input)).toEqual({
      code: 0,
      stdout: '3 entries appended, ids 1 to 3\n',
      stderr: '',
    });
    const entries = await read('t');
    expect(entries.map(({kind, payload}) => [kind, payload])).toEqual([
      ['a', 1],
      ['b', null],
      ['c', 'ä'],
    ]);
    expect(entries.map(({headers}) => headers)).toEqual(entries.map(() => ({from: 'test'})));
  });

  it('takes lines of text with --text, and says that it does where they are no JSON', async () => {
    const input = 'checking\n  "quoted" \n';
    const told = await append(['t', '--kind', 'line'], input);
    expect(told.code).toBe(2);
    expect(told.stderr).toContain('with --text a line may be any text');
    expect((await append(['t', '--kind', 'line', '--text'], input)).code).toBe(0);
    expect((await read('t')).map(({payload}) => payload)).toEqual(['checking', '  "quoted" ']);
    expect((await append(['t', '--text'], input)).stderr).toContain('--text needs --kind');
  });

  it('takes what read prints, and gives ids of its own', async () => {
    await append(['one', '--kind', 'n', '--chain'], '1\n2\n3\n');
    await append(['two', '--kind', 'n'], '0\n');
    const printed = await sandbox.ok(['events', 'read', 'one', '--after', '1']);
    expect((await append(['two'], printed)).stdout).toBe('2 entries appended, ids 2 to 3\n');
    expect((await read('two')).map(({id, payload}) => [id, payload])).toEqual([
      [1, 0],
      [2, 2],
      [3, 3],
    ]);
  });

  it('answers a line of a slow pipe before its end', async () => {
    const child = start(['t', '--kind', 'n', '--json']);
    const answers = createInterface({input: child.stdout ?? process.stdin})[Symbol.asyncIterator]();
    for (const id of [1, 2, 3]) {
      child.stdin?.write(`${id * 10}\n`);
      expect((await answers.next()).value).toBe(`{"id":${id}}`);
      expect((await read('t')).map(({payload}) => payload)).toHaveLength(id);
    }
    const ended = once(child, 'close');
    child.stdin?.end('40');
    expect((await answers.next()).value).toBe('{"id":4}');
    expect(await ended).toEqual([0, null]);
  });

  it('takes many entries in little memory, in order', async () => {
    const child = start(['t', '--kind', 'n'], {NODE_OPTIONS: '--max-old-space-size=48'});
    const end = finished(child);
    const filler = 'x'.repeat(2000);
    for (let at = 0; at < 100; at++) {
      const lines = Array.from({length: 500}, (_, line) => `{"n":${at * 500 + line},"filler":"${filler}"}\n`);
      if (child.stdin?.write(lines.join('')) === false) await once(child.stdin, 'drain');
    }
    child.stdin?.end();
    expect(await end).toEqual({code: 0, stdout: '50000 entries appended, ids 1 to 50000\n', stderr: ''});
    const last = await sandbox.ok(['events', 'read', 't', '--last', '2']);
    expect(last.match(/"n":\d+/g)).toEqual(['"n":49998', '"n":49999']);
  }, 60_000);

  it('stops at a bad line with its number, and what was before it stays', async () => {
    const input = '{"kind":"a","payload":1}\n\n{"kind":"b","payload":2}\n{bad\n{"kind":"c","payload":3}\n';
    const {code, stdout, stderr} = await append(['t'], input);
    expect([code, stdout]).toEqual([2, '2 entries appended, ids 1 to 2\n']);
    expect(stderr).toMatch(
      /^stint: Line 4 was not appended: it is no JSON \(.*\): it begins an object .*\.\n {7}jq.*\n {7}The lines before it/,
    );
    expect((await read('t')).map(({kind}) => kind)).toEqual(['a', 'b']);
  });

  it('leaves out bad lines with --keep-going, and exits with 2', async () => {
    const input = Buffer.concat([
      Buffer.from('1\n{"kind":"a","payload":1}\n{"kind":"'),
      Buffer.from([0xff]),
      Buffer.from('","payload":1}\n{"kind":"b","payload":2}\n'),
    ]);
    const {code, stdout, stderr} = await append(['t', '--keep-going', '--json'], input);
    expect([code, stdout]).toEqual([2, '{"id":1}\n{"id":2}\n']);
    const problems = stderr
      .trim()
      .split('\n')
      .map(line => (JSON.parse(line) as {error: {code: string; message: string}}).error);
    expect(problems).toMatchObject([
      {code: 'USAGE', message: expect.stringContaining('Line 1 was not appended: it is no object')},
      {code: 'USAGE', message: 'Line 3 was not appended: it is not UTF-8.'},
    ]);
  });

  it('says that nothing came, and makes no topic of nothing', async () => {
    expect(await append(['t'], '\n\n')).toEqual({code: 0, stdout: 'no entry appended\n', stderr: ''});
    expect(await sandbox.ok(['events', 'topics', '--json'])).toBe('[]\n');
  });

  it('gives ids without gaps to several that append at once', async () => {
    const lines = Array.from({length: 2000}, (_, at) => `${at}\n`).join('');
    const all = await Promise.all([1, 2, 3].map(() => append(['t', '--kind', 'n', '--json'], lines)));
    expect(all.map(({code, stderr}) => [code, stderr])).toEqual(all.map(() => [0, '']));
    const ids = all.map(({stdout}) => [...stdout.matchAll(/\d+/g)].map(([id]) => Number(id)));
    const inOrder = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);
    for (const own of ids) expect(own).toEqual(inOrder(own));
    expect(inOrder(ids.flat())).toEqual(Array.from({length: 6000}, (_, at) => at + 1));
  }, 60_000);

  it('tells at Ctrl-C what went in, and that it is not all', async () => {
    const child = start(['t', '--kind', 'n', '--json']);
    const end = finished(child);
    child.stdin?.write('1\n');
    await once(child.stdout ?? child, 'data');
    child.kill('SIGINT');
    const {code, stderr} = await end;
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({error: {code: 'ABORTED'}});
    expect(await read('t')).toHaveLength(1);
  });

  it('ends quietly when nobody reads its answers any more', async () => {
    const child = start(['t', '--kind', 'n', '--json']);
    child.stdin?.on('error', () => undefined);
    const end = finished(child);
    child.stdin?.write('1\n');
    await once(child.stdout ?? child, 'data');
    child.stdout?.destroy();
    child.stdin?.end('2\n3\n');
    const {code, stderr} = await end;
    expect([code, stderr]).toEqual([0, '']);
  });
});

describe('a wrong append changes nothing', () => {
  it.each<[readonly string[], string]>([
    [[], "Missing required argument 'topic'."],
    [['a/b', '1'], '"a/b" cannot be a topic.'],
    [['', '1'], '"" cannot be a topic.'],
    [['t', '{"kind":"a"'], 'The entry was not appended: it is no JSON'],
    [['t', '5'], 'The entry was not appended: it is no object with kind and payload'],
    [['t', '{"kind":" ","payload":1}'], 'its kind is no text, or blank.'],
    [['t', '{"kind":"a"}'], 'it has no payload.'],
    [['t', '{"kind":"a","payload":1,"header":{}}'], '"header" is no key of an entry'],
    [['t', '{"kind":"a","payload":1,"headers":[]}'], 'its headers are no object.'],
    [['t', '{"kind":"a","payload":1,"headers":{"n":1}}'], 'its header "n" is no text.'],
    [['t', '{"kind":"a","payload":1,"occurred_at_ms":1.5}'], 'its occurred_at_ms is no whole number'],
    [['t', '1', '--kind', ' '], '--kind is blank.'],
    [['t', '1', '--kind', 'a', '--header', '=x'], "--header is '=x', not name=value."],
    [
      ['t', '1', '--kind', 'a', '--backend', 'sqlit'],
      "--backend is 'sqlit', which is neither file nor sqlite.",
    ],
    [['t', '1', '--kind', 'a', '--backend', 'memory'], 'An event log in memory ends with its process'],
    [['t', '1', '--kind', 'a', '--db', ''], '--db is blank.'],
    [['t', '1', '--kind', 'a', '--db', 'x', '--dir', 'y'], 'Give either --dir (of files) or --db'],
    [
      ['t', '1', '--kind', 'a', '--db', 'x', '--backend', 'file'],
      '--db is the database of the backend sqlite.',
    ],
    [
      ['t', '1', '--kind', 'a', '--dir', 'x', '--backend', 'sqlite'],
      '--dir is the directory of the backend file.',
    ],
  ])('%j', async (args, message) => {
    const {code, stdout, stderr} = await sandbox.stint(['events', 'append', ...args]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
    expect(existsSync(join(sandbox.state, 'events.db'))).toBe(false);
  });
});

describe('the place of the log', () => {
  const one = ['events', 'append', 't', '1', '--kind', 'n'];

  it('is told by an option, else by the environment, else by config.yml', async () => {
    const at = (name: string) => join(sandbox.root, name, 'e.db');
    mkdirSync(join(sandbox.root, 'config', 'stint'), {recursive: true});
    writeFileSync(
      join(sandbox.root, 'config', 'stint', 'config.yml'),
      `event_log_sqlite_path: ${at('configured')}\n`,
    );
    const configured = {XDG_CONFIG_HOME: join(sandbox.root, 'config')};
    const env = {...configured, STINT_EVENT_LOG_SQLITE_PATH: at('environment')};
    await sandbox.ok(one, {env: configured});
    expect(existsSync(at('configured'))).toBe(true);
    expect(existsSync(at('environment'))).toBe(false);
    await sandbox.ok(one, {env});
    expect(existsSync(at('environment'))).toBe(true);
    expect(existsSync(at('option'))).toBe(false);
    await sandbox.ok([...one, '--db', at('option')], {env});
    expect(existsSync(at('option'))).toBe(true);
    expect(existsSync(join(sandbox.state, 'events.db'))).toBe(false);
  });

  it('is refused where the setting cannot be, with words', async () => {
    for (const [backend, message] of [
      ['memory', 'An event log in memory ends with its process'],
      ['postgres', 'There is no event log of the kind "postgres".'],
    ] as const) {
      const {code, stderr} = await sandbox.stint(one, {env: {STINT_EVENT_LOG_BACKEND: backend}});
      expect(code).toBe(2);
      expect(stderr).toContain(message);
    }
  });

  it('is refused where nothing can be made, and where something else is', async () => {
    const file = join(sandbox.root, 'file');
    writeFileSync(file, 'no database', {mode: 0o600});
    const open = join(sandbox.root, 'open.db');
    writeFileSync(open, '', {mode: 0o644});
    for (const [path, code, message] of [
      [join(file, 'e.db'), 1, 'a part of its path is a file.'],
      [sandbox.root, 1, 'it is a directory.'],
      ['/proc/nowhere/e.db', 1, 'its directory cannot be made.'],
      [file, 4, 'is no database. Nothing was changed.'],
      ['/dev/null', 1, 'it is no regular file.'],
      [open, 4, 'can be read or written by others (mode 644).'],
    ] as const) {
      const told = await sandbox.stint([...one, '--db', path]);
      expect(told.stderr).toContain(message);
      expect(told.code).toBe(code);
    }
  });
});
