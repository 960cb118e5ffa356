/** A disk that fills while old jobs are removed, a backup is made, or one is taken in. */
import {existsSync, mkdirSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {jobDirectories, runShortly} from '../support/library-jobs.ts';
import {Sandbox, until} from '../support/sandbox.ts';
import {SmallDisk} from '../support/small-disk.ts';

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const FULL = /full|no space|there is room for 0 B/i;

let disk: SmallDisk;
/** Its state directory is on the small disk. */
let small: Sandbox;
beforeEach(() => {
  disk = new SmallDisk('size=3m,mode=0755');
  small = new Sandbox(disk.path);
});
afterEach(async () => {
  await small.dispose();
  await disk.remove();
});

async function ran(sandbox: Sandbox): Promise<void> {
  await runShortly(sandbox, NAMES);
  await until(async () => (await sandbox.list()).every(({closed_at}) => closed_at !== null));
}

async function names(sandbox: Sandbox): Promise<string[]> {
  return (await sandbox.list()).map(({name}) => name).sort();
}

describe.skipIf(process.getuid?.() !== 0)('a full disk', () => {
  it('keeps nothing of what goes, or says why: the next pass has all of it', async () => {
    await ran(small);
    disk.fill();
    const full = await small.stint(['prune', '--older-than', '0s']);
    if (full.code !== 0) expect([full.code, full.stderr]).toEqual([1, expect.stringMatching(FULL)]);
    expect(await names(small)).toEqual(expect.arrayContaining(['c', 'd', 'e']));
    disk.makeRoom();
    await small.ok(['prune', '--older-than', '0s']);
    expect(await names(small)).toEqual(['c', 'd', 'e']);
    expect(jobDirectories(small)).toHaveLength(3);
    const left = readdirSync(small.state, {recursive: true, encoding: 'utf8'});
    expect(left.filter(name => name.includes('.removing-'))).toEqual([]);
    for (const name of ['a', 'b']) expect(await small.ok(['stats', name])).toContain('1 run: 1 completed');
  });

  it('takes no backup, and nothing of one is left', async () => {
    await ran(small);
    const place = join(disk.path, 'backups');
    mkdirSync(place);
    disk.fill();
    const file = join(place, 'stint.tar.gz');
    const refused = await small.stint(['backup', file]);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(FULL)]);
    expect(readdirSync(place)).toEqual([]);
    disk.makeRoom();
    await small.ok(['backup', file]);
    expect(existsSync(file)).toBe(true);
  });

  it('takes none in: what was there stays as it was, and once there is room all of it comes', async () => {
    const other = new Sandbox();
    try {
      await ran(other);
      const file = join(other.root, 'stint.tar.gz');
      await other.ok(['backup', file]);
      await small.ok(['run', '-q', '--wait', '--name', 'own', '--', 'true']);
      await small.ok(['shutdown']);
      disk.fill();
      const refused = await small.stint(['restore', '--yes', file]);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(FULL)]);
      disk.makeRoom();
      expect(await names(small)).toEqual(['own']);
      await small.ok(['restore', '--yes', file]);
      const listed = JSON.parse(await small.ok(['ls', '--all', '--all-repos', '--json'])) as {name: string}[];
      expect(listed.map(({name}) => name).sort()).toEqual([...NAMES, 'own']);
    } finally {
      await other.dispose();
    }
  });
});
