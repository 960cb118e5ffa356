import {sizeText, stringifyWellFormed, visible} from '../../../base/index.ts';
import {FAILED, isUnexpectedEnd} from '../../../coordinator/domain/index.ts';
import type {ListedJob} from '../../../coordinator/reader/index.ts';
import {
  attend,
  cutText,
  type JobView,
  openReadingPlace,
  remainingSummary,
  resolveToRead,
  runHistory,
  uncappedText,
  viewJobs,
} from '../../../jobs/index.ts';
import {systemMoment} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {namedJobs} from '../../command-line/named-jobs.ts';
import type {STATUS} from '../../definitions/jobs.ts';
import {processesText, toEndText, UNSEEN_TEXT} from '../../ending/leftovers-text.ts';
import {EXIT} from '../../exit-codes.ts';
import {askedFacts} from '../../listing/asked-facts.ts';
import {historyFacts} from '../../listing/history-facts.ts';
import {sampledText} from '../../listing/job-notes.ts';
import {lastLines} from '../../listing/last-lines.ts';
import {clockTime, durationText} from '../../output/human.ts';
import {bold, dim, statusStyle} from '../../output/style.ts';
import {out, say} from '../../output/write.ts';
import {progressFacts} from '../../progress/progress-facts.ts';
import {ONLY_SUMMARY} from '../../progress/progress-words.ts';

type Options = OptionsOf<typeof STATUS>;

export async function run(operands: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  const place = openReadingPlace(cwd);
  const named = operands.length === 0 ? [undefined] : operands;
  const jobs = named.flatMap(operand => namedJobs(resolveToRead, place, operand, options));
  const now = systemMoment();
  const viewed = await viewJobs(place.state, jobs, now, {leftovers: true});
  const views = viewed.map(({view}) => view);
  if (options.json) out(`${stringifyWellFormed(views.length === 1 ? views[0] : views, 2)}\n`);
  else {
    const texts = viewed.map(({job, progress, view, spec}) => {
      const history = runHistory(place, job);
      const facts = [...progressFacts(progress, history?.usually, now.at), goneFact(job)];
      const asked = spec === undefined ? [] : askedFacts(spec);
      return describe(
        view,
        [...asked, ...facts],
        [...historyFacts(history, now), lastLinesFact(view)],
        now.at,
      );
    });
    out(texts.join('\n'));
  }
  if (place.state !== undefined) await attend(place.state, jobs, say);
  return EXIT.done;
}

/** Where what it reported was removed. */
function goneFact(job: ListedJob): Fact {
  return ['progress', remainingSummary(job) === undefined ? undefined : ONLY_SUMMARY];
}

type Fact = readonly [string, string | undefined];

function describe(row: JobView, progress: readonly Fact[], history: readonly Fact[], now: number): string {
  const {symbol, paint} = statusStyle(row.status);
  const time = (at: string | null) => (at === null ? undefined : clockTime(Date.parse(at), now));
  const facts: readonly Fact[] = [
    ['status', paint(`${symbol} ${row.status}`)],
    ['runs', row.elsewhere === null ? undefined : visible(row.elsewhere)],
    ['attempt', attemptText(row)],
    ['waits', row.queue_reason === null ? undefined : row.queue_reason],
    ['exit code', row.exit_code === null ? undefined : exitText(row.exit_code)],
    ['service', serviceText(row)],
    ['reason', row.message === null ? undefined : paragraph(row.message)],
    ['left', leftText(row)],
    ['command', paragraph(row.command)],
    ['directory', visible(row.cwd)],
    ['worktree', row.worktree === null || row.worktree === row.cwd ? undefined : visible(row.worktree)],
    [
      'branch',
      row.branch === null
        ? undefined
        : `${visible(row.branch)}${row.dirty ? ' (with changes that are not committed)' : ''}`,
    ],
    ['commit', row.commit ?? undefined],
    ['hook', row.hook_type === null ? undefined : visible(row.hook_type)],
    ['submitted', `${time(row.invocation_created_at)}   ${dim(paragraph(row.trigger_command))}`],
    ['by', row.by === null ? undefined : visible(row.by)],
    ['started', time(row.started_at)],
    ['finished', endText(row, time)],
    ['took', tookText(row)],
    ['cpu', cpuText(row)],
    ['memory', row.memory_bytes === null ? undefined : sizeText(row.memory_bytes)],
    ...progress,
    ['tags', row.tags.length === 0 ? undefined : visible(row.tags.join(', '))],
    ['pid', row.status === 'running' ? String(row.pid) : undefined],
    ['merged', row.merged ? 'its stderr is in its stdout (--merge)' : undefined],
    ['kept', keptText(row, time)],
    ['sampled', sampledText(row.sample_every)],
    ...history,
    ['cut', row.cut_bytes === null ? undefined : cutText(row.cut_bytes)],
    ['uncapped', row.cut_bytes === null ? undefined : uncappedText(row.log)],
    ['log', row.size_bytes === 0 ? undefined : `${sizeText(row.size_bytes)}   ${dim(visible(row.log))}`],
  ];
  const lines = facts.flatMap(([name, value]) =>
    value === undefined ? [] : `  ${name.padEnd(10)} ${value}\n`,
  );
  return `${bold(visible(`${row.invocation_id}:${row.name}`))}\n${lines.join('')}`;
}

/** What it wrote last, of one that failed. */
function lastLinesFact({status, log}: JobView): Fact {
  const lines = FAILED.some(failed => failed === status) ? lastLines(log, LAST_LINES) : [];
  return ['last lines', lines.length === 0 ? undefined : lines.join(`\n${' '.repeat(13)}`)];
}

const LAST_LINES = 5;

function serviceText(view: JobView): string | undefined {
  if (!view.service) return undefined;
  return isUnexpectedEnd(view, view.status)
    ? 'it ended unexpectedly: nobody ended it'
    : 'it takes no place, and is not to end by itself';
}

function keptText(
  {pinned, expires_at, closed_at}: JobView,
  time: (at: string | null) => string | undefined,
): string | undefined {
  if (pinned) return 'for good: it is pinned';
  if (closed_at === null) return undefined;
  return expires_at === null ? 'for good, as long as there is room' : `until ${time(expires_at)}`;
}

/** Of one that is tried again, or was. */
function attemptText({attempt, attempts}: JobView): string | undefined {
  return attempts === 1 ? undefined : `${attempt} of ${attempts}`;
}

function tookText(view: JobView): string | undefined {
  const {started_at, finished_at, duration_secs, status} = view;
  if (duration_secs !== null) return durationText(duration_secs * 1000);
  if (started_at === null || status === 'unknown') return undefined;
  return finished_at === null ? unseenText(view) : UNKNOWN_TIME;
}

/** `1.2s (1s user, 200ms system)`; shells count hundredths of a second. */
function cpuText({cpu_secs, cpu_user_secs, cpu_system_secs}: JobView): string | undefined {
  if (cpu_secs === null || cpu_user_secs === null || cpu_system_secs === null) return undefined;
  if (cpu_secs === 0) return 'under 10ms';
  const [all, user, system] = [cpu_secs, cpu_user_secs, cpu_system_secs].map(secs =>
    durationText(secs * 1000),
  );
  return `${all} (${user} user, ${system} system)`;
}

/** When it ended, as far as anybody knows. */
function endText(view: JobView, time: (at: string | null) => string | undefined): string | undefined {
  const {status, finished_at, ended_between} = view;
  if (ended_between !== null) {
    const [from, to] = ended_between;
    return `between ${time(from)} and ${time(to)}: nobody saw it`;
  }
  const isUnseen = finished_at === null && status === 'crashed';
  return isUnseen ? unseenText(view) : time(finished_at);
}

function unseenText({leftovers}: JobView): string {
  return leftovers !== null && leftovers.length > 0
    ? 'not yet: it still runs'
    : 'unknown: nobody saw its end';
}

const UNKNOWN_TIME = 'unknown: the machine was started anew, or its clock was set, meanwhile';

/** What it left behind, which does not end by itself; or why that is not known. */
function leftText(row: JobView): string | undefined {
  const {leftovers, leftovers_unseen: unseen, closed_at} = row;
  const unknown = unseen === null ? undefined : UNSEEN_TEXT[unseen];
  if (leftovers === null || leftovers.length === 0)
    return unknown === undefined ? undefined : `not known: ${unknown}`;
  const lines = [
    `${processesText(leftovers)}${closed_at === null ? '' : ', which is not recorded any more'}`,
    ...(unknown === undefined ? [] : [`perhaps more: ${unknown}`]),
    `To end what is left: ${toEndText({invocation: row.invocation_id, name: row.name})}`,
  ];
  return lines.join(`\n${' '.repeat(13)}`);
}

/** A text that may have several lines, each below the one before. */
function paragraph(text: string): string {
  const lines = text.replaceAll('\t', '    ').split('\n');
  return lines.map(visible).join(`\n${' '.repeat(13)}`);
}

function exitText(code: number): string {
  return code > 128 && code <= 192 ? `${code} (perhaps ended by signal ${code - 128})` : String(code);
}
