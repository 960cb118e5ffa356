import {readdirSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {JOBS_SCHEMA} from '../../src/store/index.ts';
import {firstValue, openDatabase} from '../../src/store/testing/open-database.ts';
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
    const db = openDatabase(path);
    db.exec(
      'DROP TABLE jobs; DROP TABLE invocations; DROP TABLE repo_policy; DROP TABLE past_runs; PRAGMA user_version = 0',
    );
    db.close();
    expect(await sandbox.list()).toEqual([]);
    const migrated = openDatabase(path, {readonly: true});
    expect(firstValue(migrated, 'PRAGMA user_version')).toBe(JOBS_SCHEMA.version);
    migrated.close();
  });

  it('of the first schema keeps its rows, whoever reads it first', async () => {
    await sandbox.stint(['run', '--wait', '--name', 'old', '-c', 'exit 3']);
    const before = await sandbox.list();
    await sandbox.killCoordinator();
    const [repo = ''] = readdirSync(join(sandbox.state, 'repos'));
    const db = openDatabase(join(sandbox.state, 'repos', repo, 'coordinator.db'));
    for (const index of [
      'invocations_by_number',
      'jobs_by_name',
      'jobs_unfinished',
      'jobs_closed_by_status',
      'jobs_kept_from',
    ])
      db.exec(`DROP INDEX ${index}`);
    db.exec('DROP TABLE past_runs; DROP TRIGGER last_number; ALTER TABLE invocations DROP COLUMN number');
    for (const column of [
      'number',
      'stalled_at',
      'stalled_phase',
      'progress',
      'duration_ms',
      'cpu_user_ms',
      'cpu_system_ms',
      'merged',
      'retention_ms',
      'retention_failed_ms',
      'kept_from',
      'pinned_at',
      'cut_bytes',
      'submitted_by',
      'priority',
      'service',
      'retries',
      'queue_rank',
    ])
      db.exec(`ALTER TABLE jobs DROP COLUMN ${column}`);
    db.exec(`CREATE INDEX invocations_by_time ON invocations (created_at);
             CREATE INDEX jobs_by_name ON jobs (name);
             CREATE INDEX jobs_unfinished ON jobs (queued_at) WHERE closed_at IS NULL`);
    db.exec('PRAGMA user_version = 1');
    db.close();
    const after = await sandbox.list();
    expect(after).toMatchObject([{name: 'old', status: 'failed', exit_code: 3, stalled: false, phase: null}]);
    expect(after).toMatchObject(before.map(({name, log, started_at}) => ({name, log, started_at})));
  });
});
