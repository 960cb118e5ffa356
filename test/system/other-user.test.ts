import {spawnSync} from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';

import {jobDirectories} from '../support/library-jobs.ts';
import {copyPackageTree, type PackageTree} from '../support/package-tree.ts';
import {type Finished, isRunning, Sandbox, until} from '../support/sandbox.ts';

const NOBODY = 65534;

/** Permission bits mean nothing to root, so stint runs as nobody here. */
let tree: PackageTree;
let node: string;
beforeAll(() => {
  tree = copyPackageTree();
  node = process.execPath;
  if (asNobody([node, '--version'], {}).code !== 0) {
    node = join(tree.root, 'node'); // it lies where only we may look
    copyFileSync(process.execPath, node);
    chmodSync(node, 0o755);
  }
});
afterAll(() => tree.remove());

/** Nobody else may do what is done here. */
const describeAsRoot = describe.skipIf(process.getuid?.() !== 0);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
  for (const path of [sandbox.root, sandbox.work]) chownSync(path, NOBODY, NOBODY);
});
afterEach(() => sandbox.dispose());

describeAsRoot('a directory that is closed', () => {
  it('is named, by what is submitted there and by what cannot be started there any more', async () => {
    const outer = join(sandbox.work, 'outer');
    const inner = join(outer, 'inner');
    for (const path of [outer, inner]) mkdirSync(path);
    for (const path of [outer, inner]) chownSync(path, NOBODY, NOBODY);
    expect(stint(['parallel', '1']).code).toBe(0);
    stint(['run', '--name', 'hold', '-c', 'until test -e go; do sleep 0.01; done']);
    const late = stint(['run', '--name', 'late', '--cwd', inner, '--', 'true']).stdout.trim();
    chmodSync(outer, 0o000);
    const refused = stint(['run', '--cwd', inner, '--', 'true']);
    const why = `cannot be reached: ${outer} is closed to this user`;
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining(`The directory ${inner} ${why}.`),
    ]);
    writeFileSync(join(sandbox.work, 'go'), '');
    const {code, stderr} = stint(['wait', late]);
    expect([code, stderr]).toEqual([
      125,
      `stint: late crashed: it could not be started: its directory ${inner} ${why}\n`,
    ]);
    chmodSync(outer, 0o755);
    chmodSync(inner, 0o000);
    expect(stint(['run', '--cwd', inner, '--', 'true']).stderr).toContain(
      `The directory ${inner} is closed to this user.`,
    );
  });
});

describeAsRoot('a state directory that others may use', () => {
  it.each(['755', '710', '770', '777'])('with mode %s is refused, with the chmod to run', mode => {
    mkdirSync(sandbox.state);
    chownSync(sandbox.state, NOBODY, NOBODY);
    chmodSync(sandbox.state, Number.parseInt(mode, 8));
    for (const args of [['run', '--', 'true'], ['ls']]) {
      const {code, stdout, stderr} = stint(args);
      expect({args, code, stdout}).toEqual({args, code: 4, stdout: ''});
      expect(stderr).toContain(`${sandbox.state} can be read or written by others (mode ${mode})`);
      expect(stderr).toContain(`chmod 700 '${sandbox.state}'`);
    }
    expect(readdirSync(sandbox.state)).toEqual([]);
    expect(stint(['doctor'])).toMatchObject({code: 1, stdout: expect.stringContaining('chmod 700')});
  });

  it('works once the chmod was run', () => {
    mkdirSync(sandbox.state, {mode: 0o755});
    chownSync(sandbox.state, NOBODY, NOBODY);
    const chmod = /Run: (chmod .*)/.exec(stint(['ls']).stderr)?.[1] ?? '';
    expect(asNobody(['sh', '-c', chmod], {}).code).toBe(0);
    expect(stint(['run', '--wait', '-c', 'exit 3']).code).toBe(3);
  });
});

describeAsRoot('a file that others may use', () => {
  it.each([
    ['the database', 'coordinator.db', ['ls']],
    ['the database', 'coordinator.db', ['run', '--', 'true']],
    ['the write-ahead log', 'coordinator.db-wal', ['ls']],
  ])('%s: %s makes %j refuse', async (_what, name, args) => {
    expect(stint(['run', '--wait', '--', 'true']).code).toBe(0);
    await shutDown();
    const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
    const path = join(sandbox.state, 'repos', repo, name);
    asNobody(['sh', '-c', `touch '${path}' && chmod 644 '${path}'`], {});
    const {code, stderr} = stint(args);
    expect(code).toBe(4);
    expect(stderr).toContain(`chmod 600 '${path}'`);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('the lock makes the coordinator refuse, and whoever wanted it hears why', async () => {
    expect(stint(['run', '--wait', '--', 'true']).code).toBe(0);
    await shutDown();
    const path = join(sandbox.state, 'coordinator.lock');
    chmodSync(path, 0o666);
    const {code, stderr} = stint(['run', '--', 'true']);
    expect(code).toBe(4);
    expect(stderr).toContain(`chmod 600 '${path}'`);
  });
});

describeAsRoot('a state directory that cannot be written', () => {
  it('is told of when it is read-only', async () => {
    expect(stint(['run', '--wait', '--name', 'before', '--', 'true']).code).toBe(0);
    await shutDown();
    chmodSync(sandbox.state, 0o500);
    const {code, stdout, stderr} = stint(['run', '--', 'true']);
    expect({code, stdout}).toEqual({code: 1, stdout: ''});
    expect(stderr).toContain(`Cannot use the state directory ${sandbox.state}: permission denied.`);
    expect(stderr).not.toMatch(/\n\s+at /);
    const listing = stint(['ls', '--json']);
    expect({code: listing.code, jobs: JSON.parse(listing.stdout)}).toMatchObject({
      code: 0,
      jobs: [{name: 'before', status: 'completed'}],
    });
    chmodSync(sandbox.state, 0o700);
  });

  it('is told of when it belongs to somebody else', () => {
    mkdirSync(sandbox.state, {mode: 0o700});
    for (const args of [['run', '--', 'true'], ['ls'], ['doctor']]) {
      const {code, stdout, stderr} = stint(args);
      expect({args, code}).toEqual({args, code: 1});
      expect(stdout + stderr).toMatch(/permission denied|not permitted/);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  it('is told of when it cannot be made', () => {
    chmodSync(sandbox.root, 0o555);
    const {code, stderr} = stint(['run', '--', 'true']);
    expect(code).toBe(1);
    expect(stderr).toContain(`Cannot use the state directory ${sandbox.state}: permission denied.`);
    expect(stint(['ls']).code).toBe(0);
    chmodSync(sandbox.root, 0o700);
  });

  it('in part, where only the jobs are, refuses a submission and keeps nothing of it', () => {
    expect(stint(['run', '--wait', '--', 'true']).code).toBe(0);
    const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
    const jobs = join(sandbox.state, 'repos', repo, 'jobs');
    chmodSync(jobs, 0o500);
    const {code, stdout, stderr} = stint(['run', '--', 'true']);
    expect({code, stdout}).toEqual({code: 1, stdout: ''});
    expect(stderr).toMatch(/EACCES|permission denied/);
    expect(stderr).not.toMatch(/\n\s+at /);
    chmodSync(jobs, 0o700);
    expect(jobDirectories(sandbox)).toHaveLength(1);
    expect(stint(['run', '--wait', '--', 'true']).code).toBe(0);
  });
});

describeAsRoot('a current directory that may not be entered', () => {
  it('is none, and a job is found there by the id of its invocation', () => {
    const address = stint(['run', '--wait', '-c', 'exit 3']).stdout.trim();
    const there = (args: string) => {
      const script = `mkdir -p closed; cd closed; chmod 600 .; exec '${node}' '${tree.bin}' ${args}`;
      const ended = asNobody(['sh', '-c', script], sandbox.environment());
      chmodSync(join(sandbox.work, 'closed'), 0o700);
      return ended;
    };
    for (const args of ['ls', 'run -- true', 'status sh']) {
      const {code, stderr} = there(args);
      expect({args, code}).toEqual({args, code: 2});
      expect(stderr).toContain(`The directory ${sandbox.work}/closed is closed to this user.`);
    }
    expect(there(`wait ${address}`).code).toBe(3);
  });
});

describeAsRoot('everything that stint makes', () => {
  it('is private, whatever the umask', () => {
    const {code} = asNobody(
      ['sh', '-c', `umask 000; exec '${node}' '${tree.bin}' run --wait -c 'echo x; umask'`],
      sandbox.environment(),
    );
    expect(code).toBe(0);
    const open = readdirSync(sandbox.state, {recursive: true, encoding: 'utf8'})
      .map(name => join(sandbox.state, name))
      .filter(path => (statSync(path).mode & 0o077) !== 0);
    expect(open).toEqual([]);
    const [directory = ''] = jobDirectories(sandbox);
    expect(readFileSync(join(directory, 'output.jsonl'), 'utf8')).toContain('"data":"0000"');
  });
});

function stint(args: readonly string[]): Finished {
  return asNobody([node, tree.bin, ...args], sandbox.environment());
}

/** Asks the coordinator to leave and waits until it has. */
async function shutDown(): Promise<void> {
  const pid = await sandbox.coordinatorPid();
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  await until(() => !isRunning(pid));
}

function asNobody(command: readonly string[], env: NodeJS.ProcessEnv): Finished {
  const ids = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];
  const {status, stdout, stderr} = spawnSync('setpriv', [...ids, '--', ...command], {
    cwd: sandbox === undefined ? '/' : sandbox.work,
    env: {...env, PATH: process.env.PATH, HOME: '/nonexistent'},
    encoding: 'utf8',
  });
  return {code: status, stdout, stderr};
}
