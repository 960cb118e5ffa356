import {hasCode, messageOf, sizeText} from '../../../base/index.ts';
import {isEnded} from '../../../coordinator/domain/index.ts';
import {isUnfinished} from '../../../coordinator/reader/index.ts';
import {
  attend,
  isNarrowed,
  type ListedJobs,
  listJobs,
  otherJobs,
  type Selection,
} from '../../../jobs/index.ts';
import {freeBytes, systemClock} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {LS} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {JOB_FIELDS} from '../../listing/fields.ts';
import {jobList} from '../../listing/job-list.ts';
import {tellUnknown} from '../../listing/job-notes.ts';
import {type ListForm, listForm, listText} from '../../listing/list-form.ts';
import {type ListWish, listWish} from '../../listing/list-wish.ts';
import {
  moreText,
  NONE_MATCHES,
  NONE_STALLED,
  NOTHING_RUN,
  nothingText,
} from '../../listing/nothing-listed.ts';
import {terminalSize} from '../../output/terminal.ts';
import {out, say} from '../../output/write.ts';
import {sayPruning} from '../../pruning/say-pruning.ts';
import {queuedText} from '../../waiting/queue-text.ts';

type Options = OptionsOf<typeof LS>;

/** With less room than this nothing can be recorded. */
const LEAST_FREE_BYTES = 1024 * 1024;

export async function run(
  [pattern]: readonly string[],
  options: Options,
  {cwd, typed}: Context,
): Promise<number> {
  const form = listForm(options, JOB_FIELDS);
  const wish = listWish(pattern, options);
  if (options.watch) return watch(cwd, form, wish, typed);
  const selection = await wish.selectionAt(systemClock.now());
  const list = await upToDate(() => listed(cwd, form, wish, selection));
  out(await textOf(list, form));
  if (form.format === 'table') sayAround(cwd, wish, selection, list);
  const more = moreText(list.more, typed);
  if (more !== undefined && (form.format === 'table' || isNarrowed(selection))) say(more);
  for (const failure of list.failures) say(messageOf(failure));
  tellUnknown(list.unfinished);
  if (list.state !== undefined) {
    if (list.unfinished.some(isUnfinished)) warnIfFull(list.state);
    await attend(list.state, list.unfinished, say);
  }
  if (form.format === 'table') sayPruning(list, {isWhole: wish.all && !isNarrowed(selection)});
  return EXIT.done;
}

function textOf(list: ListedJobs, form: ListForm): Promise<string> | string {
  const isForPeople = form.format === 'table' && form.fields === undefined;
  return isForPeople
    ? jobList(list, {room: terminalSize()?.columns, headers: form.headers})
    : listText(list, form);
}

function listed(
  cwd: () => string,
  {format}: ListForm,
  {repo, allRepos, stalled}: ListWish,
  selection: Selection,
): Promise<ListedJobs> {
  // The table has no room for what was left behind.
  const leftovers = format !== 'table' && format !== 'quiet';
  return listJobs(cwd, {repo, allRepos, stalled, selection, leftovers});
}

/** Of many repositories each store is brought up to date that an earlier version left. */
async function upToDate(list: () => Promise<ListedJobs>): Promise<ListedJobs> {
  const found = await list();
  const older = found.failures.filter(error => hasCode(error, 'OLDER_SCHEMA'));
  if (older.length === 0) return found;
  const {updateStore} = await import('../../upkeep/update-store.ts');
  await Promise.allSettled(older.map(error => updateStore(error))); // of one that stays old it is told why
  return list();
}

/** What a table does not show: for what jobs wait, and why it is empty. */
function sayAround(cwd: () => string, wish: ListWish, selection: Selection, list: ListedJobs): void {
  const queued = queuedText(list.jobs);
  if (queued !== undefined) say(queued);
  if (list.jobs.length === 0 && list.failures.length === 0)
    say(nothingText(selection, wish.stalled, otherJobs(cwd, wish, selection)));
}

/** On a screen that is drawn anew all that is said is part of the list. */
async function watch(cwd: () => string, form: ListForm, wish: ListWish, typed: string): Promise<number> {
  const {watchList} = await import('../../screen/watch-list.ts');
  const drawn = async () => {
    const selection = await wish.selectionAt(systemClock.now());
    const list = await listed(cwd, form, wish, selection);
    const text = (await textOf(list, form)) || `${emptyText(wish, selection)}\n`;
    const notes = [queuedText(list.jobs), moreText(list.more, typed)].filter(note => note !== undefined);
    return {
      text: form.format === 'table' ? `${text}${notes.map(note => `${note}\n`).join('')}` : text,
      moves: list.unfinished.some(({state}) => !isEnded(state)),
    };
  };
  return watchList(wish.repo ?? cwd(), drawn, {
    a: {does: 'all jobs', press: () => (wish.all = !wish.all)},
    s: {does: 'stalled only', press: () => (wish.stalled = !wish.stalled)},
  });
}

function emptyText({stalled}: ListWish, selection: Selection): string {
  if (isNarrowed(selection)) return NONE_MATCHES;
  return stalled ? NONE_STALLED : NOTHING_RUN;
}

function warnIfFull(state: string): void {
  const free = freeBytes(state);
  if (free === undefined || free >= LEAST_FREE_BYTES) return;
  say(
    `the disk of ${state} is full (${sizeText(free)} left): jobs go on, recording catches up when there is room`,
  );
}
