import {describe, expect, it} from 'vitest';

import {JOB_FILES} from '../coordinator/adapters/index.ts';
import {mannerOf, sessionOf} from './saved-names.ts';

const REPO = '1c80f6b9b0768852';
const JOB = `repos/${REPO}/jobs/52c8a5302cf8/test`;
const manner = (path: string) => mannerOf(path.split('/'));

describe('what is saved', () => {
  it.each([
    'settings.json',
    'pruned.json',
    'a-file-of-a-later-version',
    'sessions/event_log-x.jsonl',
    'events/topics/builds/log.jsonl',
    'later/deep/file',
    `repos/${REPO}/coordinator.db.damaged-17`,
    `repos/${REPO}/later.json`,
    `repos/${REPO}/jobs/52c8a5302cf8/a-file-of-nobody`,
    `${JOB}/spec.json`,
    `${JOB}/output-000001.jsonl`,
    `${JOB}/readers/me.json`,
    `${JOB}/a-file-of-a-later-version`,
    `${JOB}/readers/env`,
  ])('is %s', path => expect(manner(path)).toBe('file'));

  it.each([
    'coordinator.lock',
    'coordinator.json',
    'coordinator.sock',
    'coordinator.log',
    'coordinator.log.1',
    'settings.json.new',
    'fifos/f1',
    'notify/0123',
    'events.db-wal',
    'backup.lock',
    'restore.lock',
    'restore.unpacked/x',
    'restore.ready/x',
    'repos/x',
    'repos/nothing/x',
    `repos/${REPO}/unfinished`,
    `repos/${REPO}/coordinator.db-shm`,
    `repos/${REPO}/jobs/.removing-52c8a5302cf8/test/spec.json`,
    `${JOB}/env`,
    `${JOB}/handover`,
    `${JOB}/alive`,
    `${JOB}/status.jsonl.new`,
  ])('is not %s', path => expect(manner(path)).toBeUndefined());

  it('is of databases what SQLite copies', () => {
    expect(manner('events.db')).toBe('events-database');
    expect(manner(`repos/${REPO}/coordinator.db`)).toBe('jobs-database');
  });

  it('is every file of a job but those for its start', () => {
    const left = Object.values(JOB_FILES).filter(name => manner(`${JOB}/${name}`) === undefined);
    expect(left.sort()).toEqual(['alive', 'env', 'handover']);
  });
});

describe('the session of a file', () => {
  it.each([
    ['event_log-x.jsonl', 'event_log-x'],
    ['event_log-x-000001.jsonl', 'event_log-x'],
    ['event_log-x-000001.jsonl.idx', 'event_log-x'],
    ['event_log-x.jsonl.lock', 'event_log-x'],
    ['event_log-x.jsonl.torn', 'event_log-x'],
    ['other', 'other'],
  ])('%s is %s', (name, session) => expect(sessionOf(name)).toBe(session));
});
