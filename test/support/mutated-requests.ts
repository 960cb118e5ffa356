/** Requests of every kind, changed at random: as values, and as bytes. None of them ends the coordinator or another's job. */
import type {JobKey} from '../../src/base/index.ts';
import {
  encodeFrame,
  FrameDecoder,
  parseRequest,
  type RequestName,
  type StreamName,
} from '../../src/coordinator/protocol/index.ts';
import type {Random} from './random.ts';

export interface Harmless {
  /** A job that has ended. */
  readonly key: JobKey;
  /** Where jobs may run. */
  readonly place: string;
}

/** A repository in which no job is. */
const ELSEWHERE = 'feedfacefeedface';

export interface MutatedRequests {
  readonly bytes: Buffer;
  /** Undefined when the last frame is not complete. */
  readonly isRefused: boolean | undefined;
}

/** One to three frames, some valid. */
export function mutatedRequests(random: Random, harmless: Harmless): MutatedRequests {
  for (;;) {
    const frames = Array.from({length: 1 + random.int(3)}, () => mutatedFrame(random, harmless));
    const bytes = Buffer.concat(frames);
    const {isRefused, isHarmful} = effectOf(bytes);
    if (!isHarmful) return {bytes, isRefused};
  }
}

function mutatedFrame(random: Random, harmless: Harmless): Buffer {
  const payloads = Object.entries(validPayloads(harmless));
  const [req, payload] = random.pick(payloads);
  let message: unknown = {v: 1, id: random.int(5), req, payload};
  for (let change = random.int(3); change > 0; change--) message = mutatedValue(random, message);
  const frame = encodeFrame(message);
  return random.int(3) === 0 ? mutatedBytes(random, frame) : frame;
}

function validPayloads({key, place}: Harmless): Record<RequestName | StreamName, unknown> {
  const job = {...key};
  const submission = {
    invocation: '0a1b2c3d4e5f',
    repo: ELSEWHERE,
    place,
    moved: true,
    trigger_command: 'true',
    hook_type: null,
    cwd: place,
    umask: 0o22,
    env: ['PATH=/bin', {base64: 'QT3/'}],
    checkout: {worktree: null, branch: null, commit: null, dirty: null},
    jobs: [{name: 'job', command: ['/bin/true'], tags: ['tag'], sample_every: 1, linger_ms: 0}],
  };
  return {
    Ping: {},
    Submit: submission,
    Wait: {job},
    OpenRepo: {repo: ELSEWHERE},
    Health: {},
    GetParallel: {},
    SetParallel: {parallel: 4},
    GetQueue: {repo: key.repo},
    GetGroups: {configured: {light: 3}},
    SetGroup: {group: 'heavy', parallel: 1},
    MoveJob: {job, to: 'first'},
    ListJobs: {repo: key.repo},
    GetJob: {job},
    CancelJob: {job, grace_ms: 10},
    EndLeftovers: {job, grace_ms: 10},
    CancelMatching: {repo: ELSEWHERE, tag: 'tag', older_than_secs: 0, grace_ms: 10},
    CancelAll: {repo: ELSEWHERE, grace_ms: 10},
    Prune: {repo: ELSEWHERE, older_than_ms: 0},
    RemoveJobs: {jobs: [{...job, repo: ELSEWHERE}]},
    PinJobs: {jobs: [{...job, repo: ELSEWHERE}], pinned: true},
    EndStream: {stream: 1},
    Shutdown: {reason: 'none', cancel: true, grace_ms: 10},
    TailLogs: {job, follow: true, since_seq: 0},
    WatchJobs: {repo: key.repo},
  };
}

/** The value with one of its parts, at any depth, replaced, removed, or joined by another. */
function mutatedValue(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.int(12) === 0) return random.pick(NASTY);
  if (Array.isArray(value)) {
    const at = random.int(value.length + 1);
    return [...value.slice(0, at), mutatedValue(random, value[at]), ...value.slice(at + random.int(2))];
  }
  const entries = Object.entries(value);
  if (entries.length === 0 || random.int(8) === 0) return {...value, [random.pick(KEYS)]: random.pick(NASTY)};
  const [key, part] = random.pick(entries);
  if (random.int(8) === 0) return Object.fromEntries(entries.filter(([other]) => other !== key));
  return {...value, [key]: mutatedValue(random, part)};
}

const KEYS = ['__proto__', 'constructor', 'toString', 'payload', 'job', ''];
const NASTY: readonly unknown[] = [
  null,
  true,
  '',
  '\0',
  '../../x',
  '\ud800',
  'x'.repeat(70_000),
  '2\n',
  -1,
  0.5,
  2 ** 53,
  -(2 ** 53),
  1e300,
  [],
  {},
  [[[]]],
  {toString: 1, valueOf: 1},
  {base64: '='},
];

function mutatedBytes(random: Random, frame: Buffer): Buffer {
  const at = random.int(frame.length);
  switch (random.int(4)) {
    case 0:
      return Buffer.concat([frame.subarray(0, at), Buffer.of(random.int(256)), frame.subarray(at)]);
    case 1:
      return Buffer.concat([frame.subarray(0, at), frame.subarray(at + 1 + random.int(3))]);
    case 2:
      return frame.subarray(0, at);
    default: {
      const changed = Buffer.from(frame);
      for (let count = 1 + random.int(4); count > 0; count--)
        changed[random.int(frame.length)] = random.int(256);
      return changed;
    }
  }
}

/** What the coordinator would do with it; harmful is what ends others. */
function effectOf(bytes: Buffer): {readonly isRefused: boolean | undefined; readonly isHarmful: boolean} {
  const decoder = new FrameDecoder();
  try {
    for (let at = 0; at < bytes.length; at++) {
      for (const message of decoder.push(bytes.subarray(at, at + 1)))
        if (isHarmful(message)) return {isRefused: false, isHarmful: true};
    }
  } catch {
    return {isRefused: true, isHarmful: false}; // nothing behind it counts
  }
  return {isRefused: decoder.isInside ? undefined : false, isHarmful: false};
}

function isHarmful(message: unknown): boolean {
  const {req, payload} = parseRequest(message);
  if (req === 'Shutdown') return true;
  return (req === 'CancelAll' || req === 'CancelMatching') && payload.repo !== ELSEWHERE;
}
