/** Recorded sessions and topics have an age and a size of their own: what is over goes with old jobs. */
import {existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {openJsonlSink, readSession} from '../../src/agent-events/index.ts';
import {sessionTopic} from '../../src/event-log.ts';
import {oldEvents, oldSession} from '../support/old-events.ts';
import {OwnClock} from '../support/own-clock.ts';
import {type Finished, Sandbox, until} from '../support/sandbox.ts';

const DAY = 24 * 60 * 60 * 1000;

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
  mkdirSync(sandbox.state, {mode: 0o700});
});
afterEach(() => sandbox.dispose());

interface EventsJson {
  readonly cut: readonly {
    readonly topic: string;
    readonly up_to: number | null;
    readonly why: string;
    readonly age_ms: number;
  }[];
  readonly freed_bytes: number;
  readonly sessions: {readonly used_bytes: number};
  readonly failed: readonly {readonly path: string; readonly reason: string}[];
}

function eventsOf({stdout}: Finished): EventsJson {
  return (JSON.parse(stdout) as {readonly events: EventsJson}).events;
}

/** What went, or would go. */
async function cut(args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const ended = await sandbox.stint(['prune', '--all-repos', '--json', ...args], {env});
  return eventsOf(ended).cut.map(({topic, up_to, why}) => `${topic} ${up_to} ${why}`);
}

async function idsLeft(topic: string): Promise<number[]> {
  const path = join(sandbox.state, 'events.db');
  const ended = await sandbox.stint(['events', 'read', topic, '--db', path]);
  return [...ended.stdout.matchAll(/^\{"id":(\d+),/gm)].map(([, id]) => Number(id));
}

describe('stint prune --all-repos', () => {
  it('removes sessions whose time is over, and of topics what is told to go; a dry run says the same and writes nothing', async () => {
    const [old, going] = [sessionTopic('old'), sessionTopic('going on')];
    await oldEvents(sandbox, old, [100, 95]);
    await oldEvents(sandbox, going, [100, 5]);
    await oldEvents(sandbox, 'builds', [100, 40, 20]);
    await sandbox.ok(['events', 'ack', 'builds', 'c', '1', '--db', join(sandbox.state, 'events.db')]);
    const [gone, stays] = [oldSession(sandbox, 'gone', 91), oldSession(sandbox, 'stays', 89)];
    const env = {STINT_TOPIC_RETENTION: '30d'};
    const plan = ['builds 2 age', `${old} 2 age`, 'event_log-gone.jsonl null age'];
    const before = readFileSync(join(sandbox.state, 'events.db'));
    expect(await cut(['--dry-run'], env)).toEqual(plan);
    expect(readFileSync(join(sandbox.state, 'events.db'))).toEqual(before);
    expect(readdirSync(sandbox.state).sort()).toEqual(['events.db', 'sessions']);
    expect(await cut([], env)).toEqual(plan);
    expect([existsSync(gone), existsSync(`${gone}.lock`), [...readSession(stays)].length]).toEqual([
      false,
      false,
      1,
    ]);
    expect([await idsLeft(old), await idsLeft(going), await idsLeft('builds')]).toEqual([[], [1, 2], [3]]);
    const tail = ['events', 'read', 'builds', '--after', '1', '--db', join(sandbox.state, 'events.db')];
    expect((await sandbox.stint(tail)).stderr).toMatch(/compacted away/);
    expect(await sandbox.ok(['doctor'])).toMatch(
      /recorded sessions take .* of 1.86 GiB, other topics .*old events of 2 sessions and 1 topic removed/,
    );
    expect(await cut([], env)).toEqual([]);
  });

  it('keeps all sessions within their size, the oldest events first and nothing of the last day', async () => {
    const [a, b] = [sessionTopic('a'), sessionTopic('b')];
    await oldEvents(sandbox, a, [10, 3, 0.1]);
    await oldEvents(sandbox, b, [5, 4]);
    const config = join(sandbox.root, 'config', 'stint');
    mkdirSync(config, {recursive: true});
    writeFileSync(join(config, 'config.yml'), 'session_max_size: 3500\n');
    const env = {XDG_CONFIG_HOME: join(sandbox.root, 'config')};
    expect(await cut(['--dry-run'], env)).toEqual([`${a} 1 size`, `${b} 1 size`]);
    expect(await cut([], env)).toEqual([`${a} 1 size`, `${b} 1 size`]);
    expect(await cut([], {STINT_SESSION_MAX_SIZE: '1KB'})).toEqual([`${a} 2 size`, `${b} 2 size`]);
    const full = await sandbox.stint(['prune', '--all-repos'], {env: {STINT_SESSION_MAX_SIZE: '1KB'}});
    expect(full.stderr).toContain('what is not a day old always stays');
    expect(await idsLeft(a)).toEqual([3]);
  });

  it('leaves alone what is somebody else’s, damaged or being recorded, says so, and goes on', async () => {
    writeFileSync(join(sandbox.state, 'events.db'), 'mine', {mode: 0o600});
    const topic = join(sandbox.state, 'events', 'topics', 'bad');
    mkdirSync(topic, {recursive: true, mode: 0o700});
    writeFileSync(join(topic, 'state.json'), '?', {mode: 0o600});
    const gone = oldSession(sandbox, 'gone', 100);
    const held = oldSession(sandbox, 'held', 100);
    const foreign = join(sandbox.state, 'sessions', 'event_log-foreign.jsonl');
    writeFileSync(foreign, 'mine', {mode: 0o600});
    const sink = openJsonlSink({path: held});
    const long = new Date(Date.now() - 100 * DAY);
    for (const path of [held, foreign, `${held}.lock`]) utimesSync(path, long, long);
    const ended = await sandbox.stint(['prune', '--all-repos', '--json']);
    sink.close();
    expect(ended.code).toBe(1);
    expect(eventsOf(ended).failed.map(({path}) => path)).toEqual([
      join(sandbox.state, 'events.db'),
      join(sandbox.state, 'events'),
      foreign,
      held,
    ]);
    expect(eventsOf(ended).cut.map(each => each.topic)).toEqual(['event_log-gone.jsonl']);
    expect([existsSync(gone), existsSync(held), readFileSync(foreign, 'utf8')]).toEqual([
      false,
      true,
      'mine',
    ]);
    expect(readFileSync(join(sandbox.state, 'events.db'), 'utf8')).toBe('mine');
  });

  it('refuses what a limit cannot be before anything is removed', async () => {
    const env = {STINT_SESSION_RETENTION: '5h'};
    const refused = await sandbox.stint(['prune', '--all-repos'], {env});
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining("STINT_SESSION_RETENTION is '5h', shorter than a day."),
    ]);
  });
});

describe('the coordinator', () => {
  it('removes old events once a day with old jobs, and ls says so', async () => {
    await oldEvents(sandbox, sessionTopic('s'), [1, 0]);
    const clock = new OwnClock(sandbox);
    await sandbox.ok(['run', '-q', '--linger', '0s', '--wait', '--', 'true']);
    await sandbox.killCoordinator();
    clock.set(91 * DAY);
    await clock.startCoordinator({STINT_NO_AUTO_PRUNE: '', CI: ''});
    await until(async () => (await idsLeft(sessionTopic('s'))).length === 0);
    await until(() => existsSync(join(sandbox.state, 'pruned.json')));
    expect((await sandbox.stint(['ls', '--all'])).stderr).toContain('old events of 1 session removed');
  });
});
