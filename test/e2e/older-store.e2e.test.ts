import {readdirSync} from 'node:fs';
import {join} from 'node:path';

import Database from 'better-sqlite3';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {Sandbox} from '../support/sandbox.ts';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.dispose());

describe('a store that an older stint wrote', () => {
  it('is brought up to date by whoever reads it first', async () => {
    await sandbox.ok(['run', '--wait', '--', 'true']);
    await sandbox.killCoordinator();
    const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
    const path = join(sandbox.state, 'repos', repo, 'coordinator.db');
    for (const suffix of ['-wal', '-shm'])
      expect(readdirSync(join(sandbox.state, 'repos', repo))).toContain(`coordinator.db${suffix}`);
    const db = new Database(path);
    db.exec('DROP TABLE jobs; DROP TABLE invocations; DROP TABLE repo_policy; PRAGMA user_version = 0');
    db.close();
    expect(await sandbox.list()).toEqual([]);
    const migrated = new Database(path, {readonly: true});
    expect(migrated.pragma('user_version', {simple: true})).toBe(1);
    migrated.close();
  });
});
