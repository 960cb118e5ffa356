import {closeSync} from 'node:fs';

import {
  type CheckedBackup,
  checkBackup,
  inventoryOf,
  isNothing,
  planRestore,
  type Restored,
  type RestorePlan,
  restore,
  restoreLeft,
} from '../../../backup/index.ts';
import {StintError, stringifyWellFormed} from '../../../base/index.ts';
import {
  absolutePath,
  findStateDirectory,
  openStateDirectory,
  stateDirectoryPath,
} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {RESTORE} from '../../definitions/upkeep.ts';
import {EXIT} from '../../exit-codes.ts';
import {type ProgressBar, progressBar} from '../../output/progress-bar.ts';
import {say} from '../../output/write.ts';
import {askYesNo, canAsk} from '../../upkeep/ask.ts';
import {interruptible} from '../../upkeep/interruptible.ts';
import {backupText, planLines, restoredLines} from '../../upkeep/restore-text.ts';
import {sayLeftOut} from '../../upkeep/say-left-out.ts';

type Options = OptionsOf<typeof RESTORE>;

export async function run(operands: readonly string[], options: Options, context: Context): Promise<number> {
  const [file, ...more] = operands;
  if (file === undefined || file === '' || more.length > 0)
    throw new StintError('USAGE', 'Name the one backup that is to be restored.', {
      hint: 'For example: stint restore stint.tar.gz --dry-run',
    });
  if (file === '-')
    throw new StintError('USAGE', 'A backup is read twice, so it cannot come from stdin.', {
      hint: 'Write it to a file first.',
    });
  const bar = progressBar({isSilent: options.json === true});
  try {
    const onRead = (done: number, total: number) => showRead(bar, 'looking at the backup', done, total);
    const backup = await interruptible(signal => checkBackup(absolutePath(file), {signal, onRead}));
    try {
      return await restoreChecked(backup, bar, options, context);
    } finally {
      closeSync(backup.fd);
    }
  } finally {
    bar.close();
  }
}

async function restoreChecked(
  backup: CheckedBackup,
  bar: ProgressBar,
  options: Options,
  {answers}: Context,
): Promise<number> {
  const found = findStateDirectory();
  const plan = planRestore(backup.end, found === undefined ? NOTHING : inventoryOf(found));
  const place = found ?? stateDirectoryPath();
  bar.close();
  const isDry = options.dryRun === true;
  const told = [backupText(backup), ...planLines(plan, place, isDry)];
  if (isDry || isNothing(plan.take)) {
    if (options.json) answers.write(`${stringifyWellFormed(jsonOf(backup, plan, isDry), 2)}\n`);
    else answers.write(`${told.join('\n')}\n`);
    if (found !== undefined && restoreLeft(found) === 'decided')
      say('an earlier restore was cut short: the next one ends it first');
    return EXIT.done;
  }
  if (!options.json) answers.write(`${told.join('\n')}\n`);
  if (options.yes !== true) {
    if (!canAsk() || options.json)
      throw new StintError('USAGE', 'Nothing was restored: nobody can be asked whether that is wanted.', {
        hint: 'Say --yes to restore, or --dry-run to look.',
      });
    if (!askYesNo('Restore it?')) {
      say('nothing was restored');
      return EXIT.failed;
    }
  }
  const state = openStateDirectory();
  const restored = await interruptible(signal =>
    restore(backup, {
      state,
      plan,
      signal,
      onRead: (done, total) => showRead(bar, 'unpacking', done, total),
      onJob: (done, total) => bar.show({title: 'ending unfinished jobs', done, total}),
    }),
  );
  if (options.json)
    answers.write(`${stringifyWellFormed(jsonOf(backup, restored, false), 2)}\n`, 'It is restored');
  else answers.write(`${restoredLines(restored).join('\n')}\n`, 'It is restored');
  sayLeftOut(restored.strange.map(path => ({path, reason: 'its spec is that of another job'})));
  return restored.strange.length > 0 ? EXIT.failed : EXIT.done;
}

const NOTHING = {jobs: [], topics: [], others: []};
const MIB = 1024 * 1024;

function showRead(bar: ProgressBar, title: string, done: number, total: number): void {
  bar.show({title: `${title}, MiB`, done: Math.floor(done / MIB), total: Math.ceil(total / MIB)});
}

function jsonOf({head}: CheckedBackup, done: RestorePlan | Restored, isDry: boolean) {
  const {take, keep} = done;
  return {
    dry_run: isDry,
    version: head.version,
    host: head.host,
    created_at: new Date(head.created_at_ms).toISOString(),
    jobs: take.jobs.length,
    topics: take.topics.length,
    others: take.others,
    unfinished: 'finished' in done ? done.finished : done.unfinished.length,
    kept: {jobs: keep.jobs.length, topics: keep.topics, others: keep.others},
  };
}
