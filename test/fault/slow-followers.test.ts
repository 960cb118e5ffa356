import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import type {Client, WireSubmission} from '../../src/coordinator/client/index.ts';
import {clientOf, directoryOf, isClosed, keyOf, recordsIn, submissionOf} from '../support/library-jobs.ts';
import {type Frame, type RawPeer, rawPeer} from '../support/raw-peer.ts';
import {PROGRAMS, Sandbox, until} from '../support/sandbox.ts';

const LINES_PER_SECOND = 12_000;
const MOST_STREAMS = 64;
/** One encoded chunk, less than thrice 64 KiB, behind less than 64 KiB that were written before; see server/connection.ts. */
const MOST_UNREAD = 4 * 64 * 1024;
const ROUNDS = 5;
const LINES_A_ROUND = 1000;
const PINGS_A_ROUND = 20;

let sandbox: Sandbox;
let client: Client;
let submission: WireSubmission;
beforeEach(async () => {
  sandbox = new Sandbox();
  client = clientOf(sandbox);
  const program = join(PROGRAMS, 'timed-lines.mjs');
  submission = submissionOf(sandbox, {
    command: [process.execPath, program, String(LINES_PER_SECOND), join(sandbox.work, 'stop')],
  });
  await client.submit(submission);
});
afterEach(async () => {
  client.close();
  await sandbox.dispose();
});

describe('followers of a fast job that stop reading', () => {
  it('cost a bounded number of bytes and hold up nobody, and get every record once when they read on', async () => {
    const other = follower();
    await until(() => other.lines() >= LINES_PER_SECOND / 2); // so that there is more than sockets hold
    const slow = await Promise.all([stuck(1), stuck(1), stuck(1), stuck(MOST_STREAMS)]);
    await until(async () => (await unreadBytes()) > slow.length * 64 * 1024);
    for (let round = 0; round < ROUNDS; round++) {
      const wanted = other.lines() + LINES_A_ROUND;
      for (let ping = 0; ping < PINGS_A_ROUND; ping++) await client.request('Ping', {});
      await until(() => other.lines() >= wanted);
      expect(await unreadBytes()).toBeLessThanOrEqual(slow.length * MOST_UNREAD);
    }

    slow.pop()?.socket.destroy();
    writeFileSync(join(sandbox.work, 'stop'), '');
    await until(() => isClosed(directoryOf(sandbox, submission)));
    expect(await unreadBytes()).toBeGreaterThan(0);
    const expected = recordsIn(directoryOf(sandbox, submission));
    expect(expected.length).toBeGreaterThan(LINES_PER_SECOND / 2);
    for (const peer of slow) {
      peer.socket.resume();
      await peer.until(frames => frames.at(-1)?.kind === 'StreamEnd');
      expect(peer.frames.slice(0, -1).map(({payload}) => payload)).toEqual(expected);
    }
    expect(await unreadBytes()).toBe(0);
  });
});

/** A follower that does not read what it asked for. */
async function stuck(streams: number): Promise<RawPeer> {
  const peer = await rawPeer(sandbox);
  peer.socket.pause();
  const payload = {job: keyOf(submission), follow: true};
  peer.send(...Array.from({length: streams}, (_, id) => ['TailLogs', id, payload] as const));
  return peer;
}

/** One that reads all that comes. */
function follower(): {lines(): number} {
  let lines = 0;
  const follow = async () => {
    const peer = await rawPeer(sandbox);
    let seen = 0;
    peer.send(['TailLogs', 1, {job: keyOf(submission), follow: true}]);
    await peer.until(frames => {
      lines += frames.slice(seen).filter(isLine).length;
      seen = frames.length;
      return frames.at(-1)?.kind === 'StreamEnd';
    });
  };
  void follow().catch(() => undefined); // how it ends tells nothing; too few lines fail the test
  return {lines: () => lines};
}

function isLine({kind, payload}: Frame): boolean {
  return kind === 'StreamFrame' && payload.kind === 'stdout';
}

async function unreadBytes(): Promise<number> {
  return (await client.request('Health', {})).unread_bytes;
}
