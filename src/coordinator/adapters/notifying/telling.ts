/** What is handed to the command that tells a person: its text, and what it knows of the job. */
import {isUtf8} from 'node:buffer';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {visible} from '../../../base/index.ts';
import {signalName, splitNul} from '../../../platform/index.ts';
import {
  type EndEvent,
  type EndedState,
  endText,
  type JobSpec,
  keyOf,
  OWN_VARIABLES,
} from '../../domain/index.ts';
import {JOB_FILES, jobPath} from '../directory/job-paths.ts';

export interface Telling {
  /** `<invocation>:<name>`. */
  readonly job: string;
  /** As it was given with the job. */
  readonly text: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Relative to the state directory: the file that is made by whoever tells, before anybody is told. Null for what may be told twice. */
  readonly claim: string | null;
}

/** What the command knows; what is not known of the job is not set. */
type Facts = Readonly<
  Partial<Record<Exclude<NoticeVariable, 'STINT_JOB' | 'STINT_LOG' | 'STINT_LAST_LINES'>, string>>
>;

type NoticeVariable = (typeof NOTICE_VARIABLES)[number];

const NOTICE_VARIABLES = [
  'STINT_EVENT',
  'STINT_JOB',
  'STINT_MESSAGE',
  'STINT_STATUS',
  'STINT_EXIT_CODE',
  'STINT_SIGNAL',
  'STINT_DURATION_SECS',
  'STINT_LOG',
  'STINT_LAST_LINES',
] as const;

export function stallTelling(state: string, spec: JobSpec, message: string): Telling {
  const facts = {STINT_EVENT: 'stalled', STINT_STATUS: 'running', STINT_MESSAGE: visible(message)};
  return telling(state, spec, facts, null);
}

export function endTelling(state: string, spec: JobSpec, end: EndedState, event: EndEvent): Telling {
  const {status, exitCode, signal, tookMs, message} = end;
  const text = endText({name: spec.name, status, exitCode, message}, signalName);
  const facts = {
    STINT_EVENT: event,
    STINT_STATUS: status,
    // Of a cancelled job that text tells the code only.
    STINT_MESSAGE: visible(
      status === 'cancelled' && exitCode !== undefined && message ? `${text}; ${message}` : text,
    ),
    ...(exitCode === undefined ? {} : {STINT_EXIT_CODE: String(exitCode)}),
    ...(signal === undefined ? {} : {STINT_SIGNAL: signal}),
    ...(tookMs === undefined ? {} : {STINT_DURATION_SECS: String(tookMs / 1000)}),
  };
  return telling(state, spec, facts, endClaim(spec));
}

/** Where the end of a job is claimed, relative to the state directory. */
export function endClaim(spec: JobSpec): string {
  return join(jobPath(keyOf(spec)), JOB_FILES.notified);
}

/** Throws where the environment of the job cannot be read. */
function telling(state: string, spec: JobSpec, facts: Facts, claim: string | null): Telling {
  const job = `${spec.invocation.id}:${spec.name}`;
  const directory = join(state, jobPath(keyOf(spec)));
  const environment = {
    ...inherited(readFileSync(join(directory, JOB_FILES.environment))),
    ...facts,
    STINT_JOB: job,
    STINT_LOG: join(directory, JOB_FILES.journal),
  };
  return {job, text: spec.notify ?? '', cwd: spec.cwd, environment, claim};
}

/** The job's, without what makes a process part of the job. Names and values that are not UTF-8 cannot be handed on. */
function inherited(content: Buffer): Record<string, string> {
  const pairs = splitNul(content)
    .filter(isUtf8)
    .map(entry => {
      const text = entry.toString();
      const at = text.indexOf('=', 1);
      return [text.slice(0, at), text.slice(at + 1)] as const;
    });
  return Object.fromEntries(pairs.filter(([name]) => !OWN_VARIABLES.has(name) && !OWN_FACTS.has(name)));
}

/** Those of another job, where this one was submitted by a command that tells. */
const OWN_FACTS: ReadonlySet<string> = new Set(NOTICE_VARIABLES);
