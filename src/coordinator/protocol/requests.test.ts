import {describe, expect, it} from 'vitest';

import {type InvocationId, type JobKey, type RepoId, StintError} from '../../base/index.ts';
import {
  answerMessage,
  errorMessage,
  idOf,
  PROTOCOL_VERSION,
  parseAnswer,
  parseRequest,
  parseResponse,
  requestMessage,
} from './envelope.ts';
import {type Answer, type Payload, REQUESTS, type RequestName, type WireJob} from './requests.ts';

const JOB = {repo: '0123456789abcdef', invocation: '3fa9c1d2e4b5', name: 'npm', attempt: 1};

const SUBMIT: Payload<'Submit'> = {
  invocation: '3fa9c1d2e4b5',
  repo: '0123456789abcdef',
  place: '/work/app/.git',
  moved: true,
  trigger_command: 'stint run -- npm test',
  hook_type: null,
  cwd: '/work/app',
  umask: 0o22,
  env: ['PATH=/bin', 'EMPTY=', 'BASH_FUNC_x%%=() { :; }', 'a=b=c', {base64: 'WD3/'}],
  set_env: ['GIT_DIR=/work/app/.git'],
  checkout: {worktree: '/work/app', branch: null, commit: null, dirty: false},
  jobs: [
    {
      name: 'npm',
      command: ['npm', 'test', '', {base64: '/w=='}],
      tags: ['build'],
      priority: 10,
      group: 'heavy',
      service: false,
      timeout_ms: 60_000,
      max_memory_bytes: 1_000_000,
      retries: 2,
      backoff_ms: 100,
      retry_on: [1, 75],
      needs: [{invocation: '3fa9c1d2e4b6' as InvocationId, name: 'build', end: 'failed'}],
      sample_every: 1,
      now: true,
      by: 'claude-code/0b9c',
      merged: true,
      linger_ms: 0,
      stall_after_ms: 0,
      on_stall: 'cancel',
      on_complete_ms: 60_000,
      retention_ms: null,
      retention_failed_ms: 1000,
      notify: 'true',
      notify_on: ['failure', 'stall'],
      max_log_bytes: 0,
    },
  ],
};

const PONG = {version: '0.1.0', schema: 1, pid: 42, started_at_ms: 1767225600000};
const LISTED = {
  ...JOB,
  status: 'running',
  worktree: null,
  branch: 'main',
  hook_type: null,
  tags: ['build'],
  command: 'npm test',
  created_at_ms: 1767225600000,
  started_at_ms: 1767225600100,
  finished_at_ms: null,
  exit_code: null,
  message: null,
  pid: 42,
  phase: 'embed',
  rows_processed: 3,
  rows_total: null,
  rows_phase: null,
  stalled_at_ms: null,
} as WireJob;
const CANCELLED = {count: 1, names: ['3fa9c1d2e4b5:npm'], jobs: [JOB]} as Answer<'CancelJob'>;
const GROUPS = [
  {name: 'heavy', parallel: 1, source: 'set', running: 1, waiting: 2},
  {name: 'gone', parallel: null, source: null, running: 0, waiting: 1},
];
const TROUBLE = {what: 'recording output', message: 'no room', at_ms: 1767225600000};

const KEY = JOB as JobKey;

/** A payload and an answer of every request. */
const SAMPLES: {readonly [R in RequestName]: {payload: Payload<R>; answer: Answer<R>}} = {
  Ping: {payload: {}, answer: PONG},
  Submit: {payload: SUBMIT, answer: {invocation: '3fa9c1d2e4b5', version: '0.1.0'}},
  Wait: {
    payload: {job: JOB},
    answer: {
      name: 'npm',
      invocation: '3fa9c1d2e4b5',
      attempt: 1,
      status: 'crashed',
      exit_code: null,
      message: 'm',
    },
  },
  OpenRepo: {payload: {repo: '0123456789abcdef'}, answer: {}},
  Health: {
    payload: {},
    answer: {
      ...PONG,
      parallel: 4,
      queued: 0,
      running: 1,
      open: 2,
      connections: 1,
      unread_bytes: 0,
      troubles: [TROUBLE],
      last_errors: [],
    },
  },
  GetParallel: {payload: {}, answer: {parallel: 4}},
  SetParallel: {payload: {parallel: 4}, answer: {parallel: 4}},
  GetGroups: {payload: {configured: {light: 3}}, answer: {groups: GROUPS}},
  SetGroup: {payload: {group: 'heavy', parallel: null}, answer: {groups: GROUPS}},
  MoveJob: {payload: {job: JOB, to: 'first'}, answer: {position: 1}},
  GetQueue: {
    payload: {repo: '0123456789abcdef'},
    answer: {
      parallel: 4,
      running: 4,
      queued: 1,
      held: null,
      running_jobs: [{...JOB, directory: '/work/app'}],
      waiting: [{...JOB, position: 1}],
    } as unknown as Answer<'GetQueue'>,
  },
  ListJobs: {payload: {repo: '0123456789abcdef'}, answer: {jobs: [LISTED]}},
  GetJob: {payload: {job: JOB}, answer: LISTED},
  CancelJob: {payload: {job: JOB, grace_ms: 5}, answer: CANCELLED},
  EndLeftovers: {
    payload: {job: JOB, grace_ms: 10},
    answer: {
      ended: [{pid: 4242, command: 'sleep'}],
      left: [{pid: 4243, command: 'sudo', reason: 'not_permitted'}],
      unseen: 'other_users',
    },
  },
  CancelMatching: {payload: {tag: 'build', older_than_secs: 1.5, grace_ms: 5}, answer: CANCELLED},
  CancelAll: {payload: {grace_ms: 5}, answer: CANCELLED},
  Prune: {
    payload: {repo: JOB.repo, older_than_ms: 0},
    answer: {
      repos: [
        {
          repo: JOB.repo as RepoId,
          place: null,
          jobs: [
            {
              invocation: JOB.invocation,
              name: 'npm',
              attempt: 1,
              why: 'size',
              age_ms: null,
              frees_bytes: 16384,
            },
          ],
          jobs_removed: 1,
          finished: 0,
          freed_bytes: 16384,
          used_bytes: 0,
          max_total_bytes: null,
          clock_doubtful: false,
          failed: [{path: '/state/a', reason: 'it holds something else'}],
          strange: ['/state/b'],
          problem: null,
        },
      ],
    },
  },
  RemoveJobs: {
    payload: {jobs: [JOB]},
    answer: {
      removed: [{...KEY, frees_bytes: 16384}],
      refused: [{...KEY, why: 'pinned'}],
      failed: [],
      strange: [],
    },
  },
  PinJobs: {payload: {jobs: [JOB], pinned: true}, answer: {count: 1}},
  EndStream: {payload: {stream: 3}, answer: {}},
  Shutdown: {payload: {reason: 'repair', cancel: true, grace_ms: 5}, answer: {left_running: 1, cancelled: 2}},
};

describe.each(Object.keys(REQUESTS) as RequestName[])('the request %s', name => {
  const {payload, answer} = SAMPLES[name];

  it('and its answer arrive as they were sent', () => {
    expect(parseRequest(overTheWire(requestMessage(7, name, payload)))).toEqual({
      kind: 'request',
      id: 7,
      req: name,
      payload,
    });
    const response = parseResponse(overTheWire(answerMessage(7, name, answer)));
    expect(response).toEqual({id: 7, kind: 'Answer', payload: answer});
    expect(parseAnswer(name, answer)).toEqual(answer);
  });

  it('is refused without a payload', () => {
    expect(() => parseRequest({v: 1, id: 7, req: name})).toThrow(
      expect.objectContaining({code: 'BAD_REQUEST', message: expect.stringContaining('payload')}),
    );
  });
});

describe('a request that is not understood', () => {
  it.each([0, 2, '1', null])('says which versions meet when its v is %j', v => {
    expect(() => parseRequest({...ping(), v})).toThrow(
      expect.objectContaining({
        code: 'SCHEMA_MISMATCH',
        message: `This coordinator speaks version ${PROTOCOL_VERSION} of the protocol, asked was ${v}.`,
      }),
    );
  });

  it.each([[{toString: 1, valueOf: 1}], [[1]]])('says so too when its v is no text: %j', v => {
    expect(() => parseRequest({...ping(), v})).toThrow(expect.objectContaining({code: 'SCHEMA_MISMATCH'}));
  });

  it('is a bad request when its id could not be sent back', () => {
    const message: unknown = JSON.parse('{"v":1,"id":1e999,"req":"Ping","payload":{}}');
    expect(() => parseRequest(message)).toThrow(expect.objectContaining({code: 'BAD_REQUEST'}));
    expect(idOf(message)).toBeUndefined();
  });

  it.each([[null], [1], ['Ping'], [[]], [{}]])('is a bad request when it is no message: %j', message => {
    expect(() => parseRequest(message)).toThrow(expect.objectContaining({code: 'BAD_REQUEST'}));
  });

  it.each(['Pong', 'ping', '', 'toString', '__proto__'])('names the request that there is not: %j', req => {
    expect(() => parseRequest({...ping(), req})).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        message: `There is no request ${req}.`,
        hint: expect.stringContaining('Ping, Submit, Wait'),
      }),
    );
  });

  it('can be answered by its id when that much is readable', () => {
    expect(idOf({id: 7, v: 'what'})).toBe(7);
    for (const message of [null, 7, {}, {id: '7'}]) expect(idOf(message)).toBeUndefined();
  });
});

describe('a submission', () => {
  it.each<[string, string, object]>([
    ['an invocation that is no id', 'invocation', {invocation: '3FA9C1D2E4B5'}],
    ['a repository that is no id', 'repo', {repo: '../../etc'}],
    ['a relative directory', 'cwd', {cwd: 'work'}],
    ['a directory with a zero byte', 'cwd', {cwd: '/work\0'}],
    ['a umask that is none', 'umask', {umask: 0o1000}],
    ['a negative umask', 'umask', {umask: -1}],
    ['a variable without a value', 'env.1', {env: ['A=b', 'sh']}],
    ['a variable that is set without a name', 'set_env.0', {set_env: ['=b']}],
    ['a variable without a name', 'env.0', {env: ['=b']}],
    ['a variable with a zero byte', 'env.0', {env: ['A=b\0sh']}],
    ['bytes that hold a variable without a value', 'env.0', {env: [{base64: '/w=='}]}],
    ['bytes that are no base64', 'env.0', {env: [{base64: '!'}]}],
    ['no job', 'jobs', {jobs: []}],
    ['two jobs of one name', 'jobs', {jobs: [...SUBMIT.jobs, ...SUBMIT.jobs]}],
    ['a job without a command', 'jobs.0.command', oneJob({command: []})],
    ['a command with a zero byte', 'jobs.0.command.1', oneJob({command: ['a', {base64: 'YQBi'}]})],
    ['a job without a name', 'jobs.0.name', oneJob({name: ' '})],
    ['a name that is too long', 'jobs.0.name', oneJob({name: 'é'.repeat(128)})],
    ['a name with a control character', 'jobs.0.name', oneJob({name: 'a\nb'})],
    ['a sampling of 0', 'jobs.0.sample_every', oneJob({sample_every: 0})],
    ['a sampling that no database holds', 'jobs.0.sample_every', oneJob({sample_every: 1e300})],
    ['half a millisecond', 'jobs.0.linger_ms', oneJob({linger_ms: 0.5})],
  ])('with %s is refused, and the place is named: %s', (_, place, change) => {
    const message = requestMessage(1, 'Submit', {...SUBMIT, ...change});
    expect(() => parseRequest(overTheWire(message))).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        message: expect.stringContaining(`The payload of Submit is not valid at ${place}: `),
      }),
    );
  });

  it('says why a name is none', () => {
    expect(() => parseRequest(requestMessage(1, 'Submit', {...SUBMIT, ...oneJob({name: ''})}))).toThrow(
      "not valid at jobs.0.name: cannot be a job's name, it is empty.",
    );
  });

  it.each(['../x', 'a/b', 'a:b', '🚀', '.', 'x'.repeat(255)])('may have a job named %j', name => {
    const submission = {...SUBMIT, ...oneJob({name})};
    expect(parseRequest(requestMessage(1, 'Submit', submission)).payload).toEqual(submission);
  });

  it('may have keys that a later version adds', () => {
    expect(parseRequest(requestMessage(1, 'Submit', {...SUBMIT, priority: 3})).payload).toEqual(SUBMIT);
  });
});

describe('an error', () => {
  it('arrives with code, message, hint and details', () => {
    const sent = new StintError('REPO_MOVED', 'It moved.', {hint: 'Move it back.', details: {place: '/a'}});
    const response = parseResponse(overTheWire(errorMessage(7, sent)));
    if (response.kind !== 'Error') throw new Error('no error');
    const {code, message, hint, details} = response.error;
    expect({id: response.id, code, message, hint, details}).toEqual({
      id: 7,
      code: 'REPO_MOVED',
      message: 'It moved.',
      hint: 'Move it back.',
      details: {place: '/a'},
    });
  });

  it('that nobody foresaw is INTERNAL and keeps its text', () => {
    const error = Object.assign(new Error('read ECONNRESET'), {code: 'ECONNRESET'});
    expect(overTheWire(errorMessage(undefined, error))).toEqual({
      v: 1,
      kind: 'Error',
      payload: {code: 'INTERNAL', message: 'read ECONNRESET'},
    });
  });

  it('with a code of a later version keeps it', () => {
    const response = parseResponse({
      v: 3,
      id: 1,
      kind: 'Error',
      payload: {code: 'TOO_WARM', message: 'm', more: 1},
    });
    expect(response).toMatchObject({id: 1, kind: 'Error', error: {code: 'TOO_WARM', message: 'm'}});
  });
});

describe('an answer', () => {
  it('that is not what the request promises names the place', () => {
    expect(() => parseAnswer('Ping', {...PONG, pid: 'x'})).toThrow(
      expect.objectContaining({
        code: 'BAD_REQUEST',
        message: expect.stringMatching(/^The answer to Ping .* at pid: /),
      }),
    );
  });

  it('may have keys that a later version adds', () => {
    expect(parseAnswer('Ping', {...PONG, load: 3})).toEqual(PONG);
  });

  it('that is no message is refused', () => {
    for (const message of [null, 'x', {}, {v: 1, kind: 'Error', payload: {}}])
      expect(() => parseResponse(message)).toThrow(expect.objectContaining({code: 'BAD_REQUEST'}));
  });
});

function ping() {
  return {v: 1, id: 1, req: 'Ping', payload: {}};
}

function oneJob(change: object): object {
  return {jobs: SUBMIT.jobs.map(job => ({...job, ...change}))};
}

function overTheWire(message: unknown): unknown {
  return JSON.parse(JSON.stringify(message));
}
