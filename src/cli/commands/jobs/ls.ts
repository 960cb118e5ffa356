import {StintError, sizeText} from '../../../base/index.ts';
import {isEnded} from '../../../coordinator/domain/index.ts';
import {isUnfinished, type ListedJob} from '../../../coordinator/reader/index.ts';
import {addressText, attend, listJobs, type ViewedJob} from '../../../jobs/index.ts';
import {freeBytes} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {LS} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {tellUnknown} from '../../listing/job-notes.ts';
import {type Format, formatOf, formatRows} from '../../output/formats.ts';
import {out, say} from '../../output/write.ts';
import {progressText} from '../../progress/progress-text.ts';
import {sayPruning} from '../../pruning/say-pruning.ts';
import {listTable} from '../../screen/list-table.ts';
import {queuedText} from '../../waiting/queue-text.ts';

type Options = OptionsOf<typeof LS>;

/** With less room than this nothing can be recorded. */
const LEAST_FREE_BYTES = 1024 * 1024;

export async function run(_operands: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const form = formOf(options);
  const view: View = {all: options.all === true, onlyStalled: options.stalled === true};
  const last = wholeNumber(options.last, '--last', 1);
  if (options.watch) {
    const {watchList} = await import('../../screen/watch-list.ts');
    const drawn = async () => {
      const {jobs, text, queued} = await listOf(cwd, last, form, view);
      const moves = jobs.some(({state}) => !isEnded(state));
      const list = text === '' && jobs.length > 0 ? `${NONE_STALLED}\n` : text;
      return {text: queued === undefined ? list : `${list}${queued}\n`, moves};
    };
    return watchList(cwd(), drawn, {
      a: {does: 'all jobs', press: () => (view.all = !view.all)},
      s: {does: 'stalled only', press: () => (view.onlyStalled = !view.onlyStalled)},
    });
  }
  const {state, jobs, text: shown, queued, list} = await listOf(cwd, last, form, view);
  if (shown === '' && form === 'table') say(jobs.length === 0 ? NOTHING_RUN : NONE_STALLED);
  out(shown);
  if (queued !== undefined) say(queued);
  tellUnknown(jobs);
  if (state !== undefined && jobs.some(isUnfinished)) {
    warnIfFull(state);
    await attend(state, jobs, say);
  }
  if (form === 'table') sayPruning(list, {isWhole: view.all});
  return EXIT.done;
}

const NOTHING_RUN = 'nothing was run in this repository yet. Try: stint run -- <command>';
const NONE_STALLED = 'no job is stalled';

/** Which jobs are listed; keys change it. */
interface View {
  all: boolean;
  onlyStalled: boolean;
}

function formOf(options: Options): Format | 'addresses' {
  if (!options.quiet) return formatOf(options, 'table');
  if (options.format === undefined && !options.json) return 'addresses';
  throw new StintError('USAGE', 'Give either --quiet, which prints addresses, or a format, not both.', {
    hint: 'For example: stint ls --quiet',
  });
}

async function listOf(cwd: () => string, last: number | undefined, form: Format | 'addresses', view: View) {
  // The table has no room for what was left behind.
  const leftovers = form !== 'table' && form !== 'addresses';
  const list = await listJobs(cwd, {last: view.all ? 'all' : last, leftovers});
  const shown = list.jobs.filter(({view: {stalled}}) => !view.onlyStalled || stalled);
  const queued = form === 'table' ? queuedText(list.jobs) : undefined;
  return {
    list,
    state: list.state,
    jobs: list.jobs.map(({job}) => job),
    queued,
    text: await textOf(shown, form, list),
  };
}

async function textOf(
  shown: readonly ViewedJob[],
  form: Format | 'addresses',
  place: Parameters<typeof listTable>[1],
): Promise<string> {
  if (form === 'addresses') return shown.map(({job}) => `${addressOf(job)}\n`).join('');
  if (form !== 'table')
    return formatRows(
      shown.map(({view}) => ({...view})),
      form,
    );
  const rows = shown.map(({view, progress}) => ({view, progress: progressText(progress)}));
  return rows.length === 0 ? '' : listTable(rows, place);
}

function addressOf({invocation, name, attempt}: ListedJob): string {
  return `${addressText(invocation, name)}${attempt === 1 ? '' : `@${attempt}`}`;
}

function warnIfFull(state: string): void {
  const free = freeBytes(state);
  if (free === undefined || free >= LEAST_FREE_BYTES) return;
  say(
    `the disk of ${state} is full (${sizeText(free)} left): jobs go on, recording catches up when there is room`,
  );
}
