import {existsSync, readdirSync, symlinkSync, utimesSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {openJsonlSink} from '../sinks/jsonl/open-jsonl-sink.ts';
import {listSessions, removeSession} from './index.ts';

const AN_EVENT = {type: 'turn_start', session_id: 's', iteration: 0} as const;

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

/** A session of several files; the path of its first. */
function recorded(sessionId: string): string {
  const sink = openJsonlSink({directory: directory.at('sessions'), sessionId, maxBytes: 1});
  for (let at = 0; at < 3; at += 1) {
    sink.handleEvent(AN_EVENT);
    sink.flush();
  }
  sink.close();
  return sink.path;
}

const names = (): string[] => readdirSync(directory.at('sessions')).sort();

describe('sessions in files', () => {
  it('are listed by their names, with the room of all their files and the time of the newest', () => {
    const [one, other] = [recorded('a'), recorded('b-c.d')];
    writeFileSync(directory.at('sessions/notes.txt'), 'mine');
    symlinkSync('/dev/null', directory.at('sessions/event_log-x.jsonl'));
    expect(names().length).toBeGreaterThan(8);
    for (const name of names().filter(each => each.startsWith('event_log-a')))
      utimesSync(directory.at(`sessions/${name}`), 1000, 1000);
    const listed = [...listSessions(directory.at('sessions'))];
    expect(listed.map(({path}) => path)).toEqual([one, other]);
    expect(listed[0]?.newestMs).toBe(1_000_000);
    expect(listed[0]?.bytes).toBeGreaterThan(0);
    expect([...listSessions(directory.at('none'))]).toEqual([]);
  });

  it('go with all their files, and once more where a kill left some', () => {
    const [one, other] = [recorded('a'), recorded('b')];
    const others = names().filter(name => name.startsWith('event_log-b'));
    removeSession(one);
    expect(names()).toEqual(others);
    for (const name of ['event_log-c.jsonl.torn', 'event_log-c.jsonl.idx'])
      writeFileSync(directory.at(`sessions/${name}`), '', {mode: 0o600});
    const rest = [...listSessions(directory.at('sessions'))];
    expect(rest.map(({path}) => path)).toEqual([other, directory.at('sessions/event_log-c.jsonl')]);
    removeSession(directory.at('sessions/event_log-c.jsonl'));
    expect(names()).toEqual(others);
  });

  it('stay while somebody records them, and what only has such a name stays', () => {
    const sink = openJsonlSink({directory: directory.at('sessions'), sessionId: 'a'});
    sink.handleEvent(AN_EVENT);
    sink.flush();
    expect(() => removeSession(sink.path)).toThrow(expect.objectContaining({code: 'BUSY'}));
    expect(existsSync(sink.path)).toBe(true);
    sink.close();
    writeFileSync(directory.at('sessions/event_log-x.jsonl'), 'mine\n');
    const before = names();
    const foreign = directory.at('sessions/event_log-x.jsonl');
    expect(() => removeSession(foreign)).toThrow(expect.objectContaining({code: 'NOT_A_STINT_FILE'}));
    expect(names()).toEqual(before);
  });
});
