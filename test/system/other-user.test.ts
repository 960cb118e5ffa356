import {spawnSync} from 'node:child_process';
import {once} from 'node:events';
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
import {createServer} from 'node:net';
import {join} from 'node:path';

import {afterAll, afterEach, beforeAll, beforeEach, describe, expect, it} from 'vitest';

import {readLockHolder} from '../../src/platform/index.ts';
import {jobDirectories} from '../support/library-jobs.ts';
import {copyPackageTree, type PackageTree} from '../support/package-tree.ts';
import {addressIn, type Finished, isRunning, Sandbox, until} from '../support/sandbox.ts';
import {SmallDisk} from '../support/small-disk.ts';

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
      expect({args, code}).toEqual({args, code: args[0] === 'doctor' ? 1 : 4});
      expect(stdout + stderr).toContain(`${sandbox.state} belongs to root, and this is nobody.`);
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
    const address = addressIn(stint(['run', '--wait', '-c', 'exit 3']));
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

describeAsRoot('root', () => {
  const asRoot = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    sandbox.stint(args, {bin: tree.bin, env});

  it('may not use the state directory of a user, and makes nothing in it', async () => {
    expect(stint(['run', '--wait', '--', 'true']).code).toBe(0);
    for (const args of [['ls'], ['run', '--', 'true'], ['shutdown'], ['logs', 'true']]) {
      const {code, stderr} = await asRoot(args);
      expect({args, code}).toEqual({args, code: 4});
      expect(stderr).toContain(`${sandbox.state} belongs to nobody, and this is root.`);
      expect(stderr).toContain('sudo -u nobody stint');
    }
    expect(ofRoot(sandbox.state)).toEqual([]);
    expect(stint(['ls']).code).toBe(0);
  });

  it('makes no state directory in the home of a user', async () => {
    const env = {STINT_STATE_DIR: '', XDG_STATE_HOME: '', HOME: sandbox.root};
    const {code, stderr} = await asRoot(['run', '--', 'true'], env);
    expect(code).toBe(4);
    expect(stderr).toContain(`below ${sandbox.root}, which belongs to nobody.`);
    expect(ofRoot(sandbox.root)).toEqual([]);
  });

  it('may leave a dead socket behind, which the coordinator of the user replaces', async () => {
    expect(stint(['run', '--wait', '--', 'true']).code).toBe(0);
    await shutDown();
    const path = join(sandbox.state, 'coordinator.sock');
    const server = createServer().listen(path);
    await once(server, 'listening');
    chmodSync(path, 0o700);
    expect(stint(['run', '--wait', '--', 'true']).code).toBe(0);
    server.close();
  });

  it.each(['coordinator.lock', 'settings.json', 'coordinator.addr', 'fifos'])(
    'may leave %s behind: whose it is and the chown are said',
    async name => {
      expect(stint(['run', '--wait', '--', 'true']).code).toBe(0);
      await shutDown();
      const path = join(sandbox.state, name);
      if (name !== 'fifos') writeFileSync(path, '', {mode: 0o600});
      chownSync(path, 0, 0);
      const doctor = stint(['doctor']);
      expect(doctor).toMatchObject({code: 1, stdout: expect.stringContaining(`${path} belongs to root`)});
      if (name === 'coordinator.addr') return; // not needed here
      const {code, stderr} = stint(['run', '--', 'true']);
      expect(code).toBe(4);
      expect(stderr).toContain(`${path} belongs to root, and this is nobody.`);
      expect(stderr).toMatch(/sudo chown (-R )?nobody/);
    },
  );

  function ofRoot(directory: string): string[] {
    const paths = readdirSync(directory, {recursive: true, encoding: 'utf8'});
    return paths.filter(path => statSync(join(directory, path)).uid === 0);
  }
});

describeAsRoot('a read-only file system', () => {
  it('is read, and whoever wants to write hears of it', async () => {
    const disk = new SmallDisk('size=16m,mode=0755');
    const env = {STINT_STATE_DIR: join(disk.path, 'state')};
    const asRoot = (args: readonly string[]) => sandbox.stint(args, {env});
    try {
      expect((await asRoot(['run', '--wait', '--name', 'before', '--', 'echo', 'kept'])).code).toBe(0);
      expect((await asRoot(['shutdown'])).code).toBe(0);
      await until(() => spawnSync('mount', ['-o', 'remount,ro', disk.path]).status === 0);
      expect(await asRoot(['ls'])).toMatchObject({code: 0, stdout: expect.stringContaining('completed')});
      expect(await asRoot(['logs', 'before'])).toMatchObject({code: 0, stdout: 'kept\n'});
      expect(await asRoot(['run', '--', 'true'])).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('the file system is read-only'),
      });
    } finally {
      await disk.remove();
    }
  });
});

describeAsRoot('a process of another user in a job', () => {
  /** As sudo does: it begins as nobody and is wholly root's then. */
  function becomesRoot(shellText: string): string {
    const perl = join(sandbox.root, 'perl');
    copyFileSync('/usr/bin/perl', perl);
    chmodSync(perl, 0o4755);
    return shellText.replace('ROOT', `${perl} -e '$< = 0; $> = 0; sleep 1000'`);
  }

  it.each([
    ['exec ROOT', 'cancelling', null],
    ['ROOT & sleep 1000', 'cancelled', 143],
  ])('of %s is told when it cannot be ended, with exit code 1', async (shellText, status, exit_code) => {
    expect(stint(['run', '--name', 'job', '-c', becomesRoot(shellText)]).code).toBe(0);
    let pid = 0;
    await until(() => {
      pid = rootsPerl(join(sandbox.root, 'perl'));
      return pid > 0;
    });
    const {code, stdout} = stint(['cancel', 'job', '--grace', '100ms', '--json']);
    expect({code, isRunning: isRunning(pid)}).toEqual({code: 1, isRunning: true});
    const left = [{pid, command: 'perl', reason: 'not_permitted'}];
    expect(JSON.parse(stdout).jobs).toMatchObject([{name: 'job', status, exit_code, left}]);
    process.kill(pid, 'SIGKILL');
    expect(stint(['wait', 'job']).code).toBe(exit_code ?? 137);
  });

  function rootsPerl(perl: string): number {
    for (const name of readdirSync('/proc')) {
      try {
        const isIt = readFileSync(`/proc/${name}/cmdline`, 'utf8').startsWith(`${perl}\0`);
        if (isIt && /^Uid:\t0\t0\t0/m.test(readFileSync(`/proc/${name}/status`, 'utf8'))) return Number(name);
      } catch {
        // no process, or gone
      }
    }
    return 0;
  }
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
  const pid = pidOfHolder();
  if (pid === undefined) return;
  process.kill(pid, 'SIGTERM');
  await until(() => !isRunning(pid));
}

/** Root may read the file, and no more. */
function pidOfHolder(): number | undefined {
  return readLockHolder(sandbox.state)?.pid;
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
