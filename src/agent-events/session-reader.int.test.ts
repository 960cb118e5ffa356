import {appendFileSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {AgentEvent} from './event.ts';
import {followSession, readSession, type SkippedEvent} from './session-reader.ts';
import {openJsonlSink} from './sinks/jsonl/open-jsonl-sink.ts';

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-session-'));
  path = join(directory, 's1.jsonl');
});
afterEach(() => rmSync(directory, {recursive: true}));

const turn = (iteration: number): AgentEvent => ({type: 'turn_start', session_id: 's1', iteration});

describe('reading a session', () => {
  it('gives what was recorded, over all files, from an index or a time', () => {
    let now = 1000;
    const sink = openJsonlSink({path, maxBytes: 500, now: () => now});
    for (let at = 0; at < 50; at++) {
      sink.handleEvent(turn(at));
      sink.flush();
      now += 10;
    }
    sink.close();
    const all = [...readSession(path)];
    expect(all.map(({index, event}) => [index, event])).toEqual(
      Array.from({length: 50}, (_, at) => [at, turn(at)]),
    );
    expect([...readSession(path, {from: 31})]).toEqual(all.slice(31));
    expect([...readSession(path, {fromTime: 1305})]).toEqual(all.slice(31));
    expect([...readSession(path, {last: 3})]).toEqual(all.slice(-3));
  });

  it('tells of what is no event, with its bytes, and fails there when it is to be strict', () => {
    const good =
      '{"index":0,"emitted_at_ms":1,"frame_depth":null,"type":"stop","session_id":"s1","reason":"end_turn"}';
    const foreign = '{"hello":"world"}';
    writeFileSync(path, `${good}\n${foreign}\nrubbish\n`, {mode: 0o600});
    const skipped: SkippedEvent[] = [];
    expect([...readSession(path, {onSkipped: each => skipped.push(each)})]).toHaveLength(1);
    const from = good.length + 1;
    expect(skipped.map(({fromByte, toByte, reason}) => ({fromByte, toByte, reason}))).toEqual([
      {fromByte: from + foreign.length + 1, toByte: from + foreign.length + 8, reason: 'not_a_record'},
      {fromByte: from, toByte: from + foreign.length, reason: 'not_an_event'},
    ]);
    expect(() => [...readSession(path, {strict: true})]).toThrow(`bytes ${from} to ${from + foreign.length}`);
  });

  it('follows what others append, and begins where it is told', async () => {
    const sink = openJsonlSink({path});
    sink.handleEvent(turn(0));
    sink.flush();
    const seen: number[] = [];
    for await (const {index} of followSession(path, {from: 0})) {
      seen.push(index);
      if (index === 2) break;
      sink.handleEvent(turn(index + 1));
    }
    sink.close();
    expect(seen).toEqual([0, 1, 2]);
  });

  it('passes over what a writer is in the middle of', async () => {
    writeFileSync(path, '{"index":0,"emitted_at_ms":1,"type":"x"', {mode: 0o600});
    const following = followSession(path);
    const first = following.next();
    appendFileSync(path, '}\n');
    expect((await first).value).toMatchObject({index: 0, event: {type: 'x'}});
    await following.return();
  });
});
