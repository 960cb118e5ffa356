import {beforeEach, describe, expect, it} from 'vitest';

import {type InvocationId, type JobKey, keyText} from '../../base/index.ts';
import {type ByteString, DEFAULT_JOB_OPTIONS, type Job, type JobSpec, keyOf} from '../domain/index.ts';
import {REPO} from '../domain/testing/sample-jobs.ts';
import {type Submission, type Submit, type SubmitPorts, submitter} from './submit.ts';

const JOB = {
  name: 'npm',
  command: ['npm', 'test'],
  tags: ['build'],
  needs: [],
  ...DEFAULT_JOB_OPTIONS,
  sampleEvery: 2,
  lingerMs: 500,
};

const SUBMISSION: Submission = {
  repo: REPO,
  place: '/work/app/.git',
  invocation: '3fa9c1d2e4b5' as InvocationId,
  triggerCommand: 'stint run -- npm test',
  hookType: null,
  cwd: '/work/app',
  umask: 0o22,
  environment: ['PATH=/bin'],
  setEnvironment: [],
  checkout: {worktree: '/work/app', branch: 'main', commit: null, dirty: true},
  ifRunning: 'allow',
  jobs: [JOB],
};

let happened: string[];
let lastNumber: number;
let created: {spec: JobSpec; environment: readonly ByteString[]}[];
let stored: Map<string, Job>;
/** Lets the ledger's next answer wait, or fail. */
let beforeAdd: () => Promise<void>;
/** Jobs that have not ended. */
let open: Job[];
let submit: Submit;

beforeEach(() => {
  happened = [];
  lastNumber = 0;
  created = [];
  stored = new Map();
  open = [];
  beforeAdd = () => Promise.resolve();
  submit = submitter(ports());
});

function ports(): SubmitPorts {
  return {
    ledger: {
      nextNumber: (_, count) => {
        lastNumber += count;
        return lastNumber - count + 1;
      },
      add: async jobs => {
        await beforeAdd();
        for (const job of jobs) stored.set(keyText(keyOf(job.spec)), job);
        happened.push(`add ${jobs.map(({spec}) => spec.name).join(' ')}`);
      },
      find: (key: JobKey) => stored.get(keyText(key)),
      put: () => undefined,
      rank: () => undefined,
      flush: () => Promise.resolve(),
    },
    files: {
      create: (spec, environment) => {
        happened.push(`create ${spec.name}`);
        if (spec.name === 'no room') throw new Error('no room');
        created.push({spec, environment});
      },
      progressPath: ({name}) => `/jobs/${name}/progress.jsonl`,
      remove: spec => void happened.push(`remove ${spec.name}`),
    },
    enqueue: jobs => {
      open.push(...jobs);
      happened.push(`enqueue ${jobs.map(({spec}) => spec.name).join(' ')}`);
    },
    open: () => open,
    elsewhere: () => undefined,
    groups: {names: ['heavy']},
    moment: () => ({at: 1767225600000, uptime: {ms: 5000, bootId: 'b1'}}),
  };
}

describe('a submission', () => {
  it('is on disk before it is stored, and stored before it is queued and answered', async () => {
    await submit({...SUBMISSION, jobs: [JOB, {...JOB, name: 'lint'}]});
    expect(happened).toEqual(['create npm', 'create lint', 'add npm lint', 'enqueue npm lint']);
  });

  it('becomes queued jobs with everything that was given', async () => {
    await submit(SUBMISSION);
    expect([...stored.values()]).toEqual([
      {
        spec: {
          format: 1,
          repo: REPO,
          place: '/work/app/.git',
          invocation: {
            id: '3fa9c1d2e4b5',
            createdAt: 1767225600000,
            uptime: {ms: 5000, bootId: 'b1'},
            triggerCommand: 'stint run -- npm test',
            hookType: null,
            cwd: '/work/app',
            worktree: '/work/app',
            branch: 'main',
            commit: null,
            dirty: true,
          },
          number: 1,
          name: 'npm',
          attempt: 1,
          command: ['npm', 'test'],
          commandText: 'npm test',
          cwd: '/work/app',
          umask: 0o22,
          tags: ['build'],
          needs: [],
          background: true,
          notBefore: null,
          priority: 0,
          group: null,
          service: false,
          timeoutMs: null,
          maxMemoryBytes: null,
          retries: 0,
          backoffMs: 5000,
          retryOn: null,
          sampleEvery: 2,
          now: false,
          by: null,
          merged: false,
          lingerMs: 500,
          stallAfterMs: 120_000,
          onStall: 'notify' as const,
          onCompleteMs: null,
          maxLogBytes: 100_000_000,
          retentionMs: 604_800_000,
          retentionFailedMs: 2_592_000_000,
          notify: null,
          notifyOn: null,
        },
        state: {status: 'queued'},
      },
    ]);
  });
});

describe('the number of a job', () => {
  it('is the next one of its repository, in the order of submission', async () => {
    await submit({...SUBMISSION, jobs: [JOB, {...JOB, name: 'lint'}]});
    await submit({...SUBMISSION, invocation: '000000000000' as InvocationId});
    expect(created.map(({spec}) => [spec.name, spec.number])).toEqual([
      ['npm', 1],
      ['lint', 2],
      ['npm', 3],
    ]);
  });
});

describe('a submission that comes again', () => {
  it('runs nothing twice when it was taken in', async () => {
    await submit(SUBMISSION);
    await submit(SUBMISSION);
    expect(happened).toEqual(['create npm', 'add npm', 'enqueue npm']);
  });

  it('runs nothing twice while it is taken in, and is answered when it is durable', async () => {
    let release: () => void = () => undefined;
    beforeAdd = () =>
      new Promise(resolve => {
        release = resolve;
      });
    let answers = 0;
    const both = [1, 2].map(() =>
      submit(SUBMISSION).then(() => {
        answers += 1;
      }),
    );
    await new Promise(setImmediate);
    expect(answers).toBe(0);
    release();
    await Promise.all(both);
    expect(happened).toEqual(['create npm', 'add npm', 'enqueue npm']);
  });

  it('is taken in when it failed before', async () => {
    beforeAdd = () => Promise.reject(new Error('disk full'));
    await expect(submit(SUBMISSION)).rejects.toThrow('disk full');
    beforeAdd = () => Promise.resolve();
    await submit(SUBMISSION);
    expect(happened).toEqual(['create npm', 'remove npm', 'create npm', 'add npm', 'enqueue npm']);
  });
});

describe('a submission that cannot be made durable', () => {
  it('leaves no directory behind when it cannot be stored', async () => {
    beforeAdd = () => Promise.reject(new Error('disk full'));
    await expect(submit({...SUBMISSION, jobs: [JOB, {...JOB, name: 'lint'}]})).rejects.toThrow('disk full');
    expect(happened).toEqual(['create npm', 'create lint', 'remove npm', 'remove lint']);
  });

  it('leaves no directory behind when one of them cannot be made', async () => {
    await expect(submit({...SUBMISSION, jobs: [JOB, {...JOB, name: 'no room'}]})).rejects.toThrow('no room');
    expect(happened).toEqual(['create npm', 'create no room', 'remove npm', 'remove no room']);
  });
});

describe('the environment of a job', () => {
  const OWN = [
    'STINT_JOB_ID=3fa9c1d2e4b5:npm',
    'STINT_PROGRESS_JSONL=/jobs/npm/progress.jsonl',
    'CASS_SEMANTIC_PROGRESS_JSONL=/jobs/npm/progress.jsonl',
  ];

  it('is that of the submitter, with what belongs to the job before it', async () => {
    const environment = ['A=1', {base64: 'WD3/'}, 'A.B=2', 'A=1'];
    await submit({...SUBMISSION, environment, setEnvironment: ['B=2']});
    expect(created[0]?.environment).toEqual([...OWN, ...environment, 'B=2']);
  });

  it('does not have what belongs to the job that submitted it', async () => {
    const outer = [
      'STINT_JOB_ID=000000000000:outer',
      'STINT_PROGRESS_JSONL=/outer',
      'STINT_PROGRESS_RUN_ID=1',
    ];
    await submit({...SUBMISSION, environment: [...outer, 'STINT_JOB_IDS=kept']});
    expect(created[0]?.environment).toEqual([...OWN, 'STINT_JOB_IDS=kept']);
  });
});

describe('what is stored for people', () => {
  async function textsOf(command: readonly ByteString[], changes: Partial<Submission> = {}) {
    await submit({...SUBMISSION, ...changes, jobs: [{...JOB, command}]});
    const {commandText, invocation} = created[0]?.spec ?? {};
    return {commandText, triggerCommand: invocation?.triggerCommand};
  }

  it.each<[readonly ByteString[], string]>([
    [['npm', 'test'], 'npm test'],
    [['echo', '', 'a b', "it's", 'é', '$HOME', 'a=b', '-x'], `echo '' 'a b' 'it'\\''s' 'é' '$HOME' a=b -x`],
    [['/bin/sh', '-c', 'make && make check'], 'make && make check'],
    [['/bin/sh', '-c', 'a', 'b'], '/bin/sh -c a b'],
    [['cat', {base64: '/w=='}], "cat '\uFFFD'"],
  ])('is the command as a person would type it: %j', async (command, expected) => {
    expect((await textsOf(command)).commandText).toBe(expected);
  });

  it('holds no value of a secret variable, however it is quoted', async () => {
    const {commandText, triggerCommand} = await textsOf(
      ['curl', '-H', `Bearer it's s3cret`, 's3cre', 'hunter22'],
      {
        environment: ['db_password=hunter22'],
        setEnvironment: [`API_TOKEN=it's s3cret`],
        triggerCommand: `stint run --env 'API_TOKEN=it'\\''s s3cret' --env MY_KEY=abc -- curl`,
      },
    );
    expect(commandText).toBe(`curl -H 'Bearer ***' s3cre ***`);
    expect(triggerCommand).toBe(`stint run --env 'API_TOKEN=***' --env MY_KEY=*** -- curl`);
  });

  it('is not what runs: the command itself is kept', async () => {
    await textsOf(['login', 'hunter22'], {environment: ['DB_PASSWORD=hunter22']});
    expect(created[0]?.spec.command).toEqual(['login', 'hunter22']);
  });
});

describe('a submission while a job of its name goes on', () => {
  const again = (ifRunning: Submission['ifRunning'], invocation: string): Submission => ({
    ...SUBMISSION,
    ifRunning,
    invocation: invocation as InvocationId,
  });

  it('is not taken in, waits, or takes its place, as it says', async () => {
    await submit(SUBMISSION);
    const [first] = open;
    expect(await submit(again('skip', '77c0c1d2e4b5'))).toEqual([first && keyOf(first.spec)]);
    expect(open).toHaveLength(1);
    await submit(again('queue', '88c0c1d2e4b5'));
    await submit(again('allow', '99c0c1d2e4b5'));
    const need = {invocation: SUBMISSION.invocation, name: 'npm'};
    expect(open.map(({spec}) => spec.needs)).toEqual([[], [{...need, end: 'ended'}], []]);
    await submit(again('replace', 'aac0c1d2e4b5'));
    expect(open.at(-1)?.spec.needs.map(({end, invocation}) => [invocation, end])).toEqual([
      ['99c0c1d2e4b5', 'gone'],
      ['88c0c1d2e4b5', 'gone'],
      ['3fa9c1d2e4b5', 'gone'],
    ]);
  });

  it('sees one that is being stored at the same time, and takes its place where that failed', async () => {
    let store: () => void = () => undefined;
    let fail: (error: Error) => void = () => undefined;
    beforeAdd = () =>
      new Promise((resolve, reject) => {
        store = resolve;
        fail = reject;
      });
    const first = submit(again('skip', '77c0c1d2e4b5'));
    const second = submit(again('skip', '88c0c1d2e4b5'));
    const third = submit(again('skip', '99c0c1d2e4b5'));
    fail(new Error('no room'));
    await expect(first).rejects.toThrow('no room');
    await new Promise(resolve => setImmediate(resolve));
    store();
    expect(await second).toEqual([]);
    expect(await third).toMatchObject([{invocation: '88c0c1d2e4b5'}]);
  });

  it('is itself where it is repeated', async () => {
    await submit(again('skip', '77c0c1d2e4b5'));
    expect(await submit(again('skip', '77c0c1d2e4b5'))).toEqual([]);
    expect(open).toHaveLength(1);
  });

  it('has directories and umasks of its own for its jobs, which PWD follows', async () => {
    const there = {...JOB, name: 'there', cwd: '/work/app/there', umask: 0o77};
    const environment = ['PATH=/bin', 'PWD=/work/app'];
    await submit({...SUBMISSION, environment, jobs: [JOB, there]});
    expect(created.map(({spec}) => [spec.cwd, spec.umask])).toEqual([
      ['/work/app', 0o22],
      ['/work/app/there', 0o77],
    ]);
    expect(
      created.map(({environment}) => environment.filter(each => String(each).startsWith('PWD='))),
    ).toEqual([['PWD=/work/app'], ['PWD=/work/app/there']]);
  });
});
