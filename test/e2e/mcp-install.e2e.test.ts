import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {dirname, join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {makeFifosSync} from '../../src/platform/index.ts';
import {type Finished, Sandbox, STINT} from '../support/sandbox.ts';

let sandbox: Sandbox;
let home: string;
beforeEach(() => {
  sandbox = new Sandbox();
  home = join(sandbox.root, 'home');
  mkdirSync(home);
});
afterEach(() => sandbox.dispose());

/** As it is on a machine where nothing is set. */
const environment = () => ({
  HOME: home,
  STINT_STATE_DIR: undefined,
  XDG_STATE_HOME: undefined,
  XDG_CONFIG_HOME: undefined,
  CLAUDE_CONFIG_DIR: undefined,
  CODEX_HOME: undefined,
});

function mcp(words: string, env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  return sandbox.stint(['mcp', ...words.split(' ')], {env: {...environment(), ...env}});
}

function put(path: string, content: string | Buffer): string {
  const file = join(home, path);
  mkdirSync(dirname(file), {recursive: true});
  writeFileSync(file, content);
  return file;
}

const contentOf = (file: string) => readFileSync(file, 'utf8');

const SETTINGS =
  '{\n  // mine\n  "theme": "dark",\n  "mcpServers": {\n    "x": {"command": "y"}, // stays\n  },\n}\n';

describe('stint mcp install', () => {
  it('adds the entry and nothing else, once, where a link leads; uninstall takes it back to the byte', async () => {
    const kept = put('dotfiles/gemini.json', SETTINGS);
    chmodSync(kept, 0o640);
    mkdirSync(join(home, '.gemini'));
    const link = join(home, '.gemini', 'settings.json');
    symlinkSync('../dotfiles/gemini.json', link);
    expect(await mcp('install --client gemini')).toEqual({
      code: 0,
      stdout: `added in ${link}\n`,
      stderr: 'stint: Gemini CLI reads it when it is started anew\n',
    });
    const entry = `    "stint": {\n      "command": ${JSON.stringify(process.execPath)},`;
    expect(contentOf(kept)).toContain(entry);
    expect(
      contentOf(kept)
        .split('\n')
        .filter(line => !SETTINGS.split('\n').includes(line)),
    ).toHaveLength(4);
    const {ino, mtimeMs, mode} = statSync(kept);
    expect(mode & 0o777).toBe(0o640);
    expect((await mcp('install --client gemini')).stdout).toBe(
      `is there already, in ${link}; nothing was written\n`,
    );
    expect(statSync(kept)).toMatchObject({ino, mtimeMs});
    expect((await mcp('uninstall --client gemini')).stdout).toBe(`removed from ${link}\n`);
    expect(contentOf(kept)).toBe(SETTINGS);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(statSync(kept).mode & 0o777).toBe(0o640);
    expect((await mcp('uninstall --client gemini')).stdout).toBe(`is not in ${link}; nothing was written\n`);
    expect(readdirSync(join(home, 'dotfiles'))).toEqual(['gemini.json']);
  });

  it('writes what starts this stint without any PATH, on the same state directory', async () => {
    mkdirSync(join(home, '.codex'));
    put('.claude.json', '{}\n');
    expect((await mcp('install --client claude-code', {STINT_STATE_DIR: sandbox.state})).code).toBe(0);
    const {mcpServers} = JSON.parse(contentOf(join(home, '.claude.json')));
    const {command, args, env} = mcpServers.stint;
    expect(env).toEqual({STINT_STATE_DIR: sandbox.state});
    const server = spawn(command, args, {cwd: home, env, stdio: ['pipe', 'pipe', 'inherit']});
    const params = {
      protocolVersion: '2025-06-18',
      capabilities: {},
      clientInfo: {name: 'test', version: '1'},
    };
    server.stdin.write(`${JSON.stringify({jsonrpc: '2.0', id: 1, method: 'initialize', params})}\n`);
    const [answer] = (await once(server.stdout, 'data')) as [Buffer];
    expect(answer.toString()).toContain('"serverInfo":{"name":"stint"');
    server.stdin.end();
    await once(server, 'close');
  });

  it('prints with --dry-run what would be changed, and makes nothing', async () => {
    mkdirSync(join(home, '.codex'));
    const file = join(home, '.codex', 'config.toml');
    const {stdout, code} = await mcp('install --client codex --dry-run');
    expect(code).toBe(0);
    expect(stdout).toBe(
      `--- /dev/null\n+++ ${file}\n@@ -0,0 +1,3 @@\n+[mcp_servers.stint]\n+command = "${process.execPath}"\n+args = ["${STINT}", "mcp"]\n`,
    );
    const {stdout: json} = await mcp('install --client codex --dry-run --json');
    expect(JSON.parse(json)).toEqual({client: 'codex', file, action: 'added', dry_run: true, diff: stdout});
    expect(readdirSync(home, {recursive: true})).toEqual(['.codex']);
  });

  it('writes the file of the project with a name that holds on every machine', async () => {
    const {stdout} = await mcp('install --client vscode --project');
    const file = join(sandbox.work, '.vscode', 'mcp.json');
    expect(stdout).toBe(`added in ${file}\n`);
    expect(JSON.parse(contentOf(file))).toEqual({
      servers: {stint: {type: 'stdio', command: 'stint', args: ['mcp']}},
    });
  });

  it('takes the file of OpenCode that is there', async () => {
    const file = put('.config/opencode/opencode.jsonc', '{\n}\n');
    expect((await mcp('install --client opencode')).stdout).toBe(`added in ${file}\n`);
    expect(readdirSync(dirname(file))).toEqual(['opencode.jsonc']);
  });

  it('loses nothing where several do it at once', async () => {
    const file = put('.gemini/settings.json', SETTINGS);
    const said = await Promise.all(Array.from({length: 3}, () => mcp('install --client gemini')));
    expect(said.map(({code}) => code)).toEqual([0, 0, 0]);
    expect(said.filter(({stdout}) => stdout.startsWith('added in'))).toHaveLength(1);
    expect(contentOf(file).match(/"stint"/g)).toHaveLength(1);
    expect((await mcp('uninstall --client gemini')).code).toBe(0);
    expect(contentOf(file)).toBe(SETTINGS);
  });

  it('leaves an entry alone that is not as it would be written, and says so; --force replaces it', async () => {
    const other = '{"mcpServers": {"stint": {"command": "sting", "env": {"TOKEN": "secret"}}}}';
    const file = put('.cursor/mcp.json', other);
    for (const what of ['install', 'uninstall'])
      expect(await mcp(`${what} --client cursor`)).toEqual({
        code: 4,
        stdout: '',
        stderr: `stint: ${file} has another entry called stint, which does not start stint (its command: sting). Nothing was changed.\n       Rename that one, or say --force.\n`,
      });
    expect(contentOf(file)).toBe(other);
    const own = '{"mcpServers": {"stint": {"command": "stint", "args": ["mcp", "--read-only"]}}}';
    put('.cursor/mcp.json', own);
    expect((await mcp('install --client cursor')).stdout).toContain('with settings of its own, which stay');
    expect(contentOf(file)).toBe(own);
    expect((await mcp('install --client cursor --force')).stdout).toBe(`replaced in ${file}\n`);
    expect(JSON.parse(contentOf(file)).mcpServers.stint.args).toEqual([STINT, 'mcp']);
  });

  it('makes nothing for a client that is not there, unless it is asked to', async () => {
    const {code, stderr} = await mcp('install --client opencode');
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^stint: OpenCode is not here: there is neither .*opencode nor a program opencode in the PATH[.]\n/,
    );
    expect(readdirSync(home)).toEqual([]);
    expect((await mcp('install --client opencode --force')).code).toBe(0);
    expect(statSync(join(home, '.config')).mode & 0o777).toBe(0o700);
  });

  it.each([
    [
      'is cut',
      '{"mcpServers": ',
      /cannot be read as JSON \(line 1, column 16: value expected\)[.] Nothing was changed/,
    ],
    ['is not UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), /is not UTF-8[.] Nothing was changed/],
  ])('leaves a file as it is that %s', async (_, content, message) => {
    const file = put('.cursor/mcp.json', content);
    const {code, stderr} = await mcp('install --client cursor');
    expect(code).toBe(4);
    expect(stderr).toMatch(message);
    expect(stderr.split('\n')).toHaveLength(3);
    expect(readFileSync(file)).toEqual(Buffer.from(content));
  });

  it('says in a sentence what cannot be written, or is no file', async () => {
    mkdirSync(join(home, '.cursor'));
    makeFifosSync([join(home, '.cursor', 'mcp.json')]);
    expect((await mcp('install --client cursor')).stderr).toContain(
      'mcp.json cannot be read: it is no regular file. Nothing was changed.',
    );
    const {code, stderr} = await mcp('install --client codex --force', {HOME: '/proc/self'});
    expect(code).toBe(4);
    expect(stderr).toMatch(
      /^stint: \/proc\/self\/[.]codex\/config[.]toml cannot be written: .*[.] Nothing was changed[.]\n$/,
    );
  });

  it('wants to know the client, and only one that there is', async () => {
    const {code, stderr} = await mcp('install');
    expect(code).toBe(2);
    expect(stderr).toContain('Name it with --client.');
    expect((await mcp('install --client clause-code')).stderr).toContain('Did you mean: claude-code?');
  });
});
