/** Options of a job that who submits it, a variable or the configuration may give, in this order; else the default. */
import {
  type JOB_KEYS,
  JOB_OPTIONS,
  type JobOption,
  jobOptionValue,
  NOTIFY_ON,
  REPO_OPTIONS,
  StintError,
} from '../../base/index.ts';
import {DEFAULT_JOB_OPTIONS, type JobOptions, type RepoPolicy} from '../../coordinator/domain/index.ts';
import {environment} from '../../platform/index.ts';
import {type Configuration, readConfiguration} from '../../project/index.ts';
import {agentAround, checkedBy, textVariable} from '../whose/who-asks.ts';

/** What is undefined is not given; null is. */
export type GivenJobOptions = {readonly [Name in keyof JobOptions]?: JobOptions[Name] | undefined};

/** The same of what is set for the repository. */
export type GivenRepoOptions = {readonly [Name in keyof RepoPolicy]?: RepoPolicy[Name] | undefined};

/** Throws `USAGE` where a variable or the configuration holds what the option cannot be. */
export async function jobSettings(
  given: GivenJobOptions,
  configuration = readConfiguration(),
): Promise<JobOptions> {
  const set = (await settingsOf(JOB_OPTIONS, given, await configuration)) as GivenJobOptions;
  const {retentionMs} = set;
  const failed = retentionMs === undefined ? {} : {retentionFailedMs: failedRetention(retentionMs)};
  const by =
    set.by === undefined ? agentAround() : set.by && checkedBy(set.by, given.by ? '--by' : 'STINT_BY');
  return notified(given, {...DEFAULT_JOB_OPTIONS, ...failed, ...whatIsSet(set), by});
}

/** What is set for the repository, by the same places; what nobody sets is absent. Throws likewise. */
export async function repoSettings(
  given: GivenRepoOptions,
  configuration = readConfiguration(),
): Promise<Partial<RepoPolicy>> {
  return whatIsSet((await settingsOf(REPO_OPTIONS, given, await configuration)) as GivenRepoOptions);
}

function whatIsSet<T extends object>(settings: T): {[Name in keyof T]: Exclude<T[Name], undefined>} {
  const set = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as {[Name in keyof T]: Exclude<T[Name], undefined>};
}

/** One that failed is not kept for a shorter time than one that did well, unless somebody asks for that. */
function failedRetention(retentionMs: number | null): number | null {
  const usual = DEFAULT_JOB_OPTIONS.retentionFailedMs;
  return retentionMs === null || usual === null ? null : Math.max(retentionMs, usual);
}

type KeyedOption = JobOption & {readonly key?: (typeof JOB_KEYS)[number]};

/** By the names of the options; undefined where nobody sets it. */
async function settingsOf(
  options: readonly KeyedOption[],
  given: Readonly<Record<string, unknown>>,
  configuration: Configuration | undefined,
): Promise<Record<string, unknown>> {
  const set: Record<string, unknown> = {};
  for (const option of options) {
    const own = given[option.name];
    set[option.name] = own === undefined ? await standIn(option, configuration) : own;
  }
  return set;
}

/** Whoever gives the command with the job wants to hear of its end; who asks to be told has to say by what. */
function notified(given: GivenJobOptions, settings: JobOptions): JobOptions {
  const {notify, notifyOn} = settings;
  if (notify !== null && isWhen(notify))
    throw new StintError('USAGE', `notify is '${notify}', which says when and not what is run.`, {
      hint: `For example: --notify desktop --notify-on ${notify}`,
    });
  if (notify === null && (given.notifyOn ?? []).length > 0)
    throw new StintError('USAGE', 'It is said when to tell a person, and not by what.', {
      hint: 'Give --notify, STINT_NOTIFY or notify in the configuration; for example: --notify \'notify-send "$STINT_MESSAGE"\'',
    });
  return given.notify && notifyOn === null ? {...settings, notifyOn: ['end', 'stall']} : settings;
}

function isWhen(text: string): boolean {
  return NOTIFY_ON.some(each => each === text);
}

async function standIn(option: KeyedOption, configuration: Configuration | undefined): Promise<unknown> {
  const {variable, key} = option;
  const set = variable === undefined ? undefined : textOf(variable, option);
  if (variable !== undefined && set !== undefined) return jobOptionValue(option, set, variable);
  const configured = key === undefined ? undefined : configuration?.[key];
  if (typeof configured !== 'string') return undefined;
  return jobOptionValue(option, configured, `${key} in ${configuration?.path}`);
}

/** Of a variable. */
function textOf(variable: string, {is}: JobOption): string | undefined {
  return is === 'text' ? textVariable(variable) : environment()[variable];
}
