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
  isUnexpectedEnd,
  type JobSpec,
  type JobStatus,
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

/** What the command knows of the job; what is not known is undefined. Each is a variable. */
interface Facts {
  readonly event: 'stalled' | EndEvent;
  readonly job: string;
  readonly status: JobStatus;
  readonly message: string;
  readonly exit_code?: number | undefined;
  readonly signal?: string | undefined;
  readonly duration_secs?: number | undefined;
  readonly log: string;
  /** Read when somebody is told. */
  readonly last_lines?: undefined;
}

const VARIABLES = {
  event: 'STINT_EVENT',
  job: 'STINT_JOB',
  status: 'STINT_STATUS',
  message: 'STINT_MESSAGE',
  exit_code: 'STINT_EXIT_CODE',
  signal: 'STINT_SIGNAL',
  duration_secs: 'STINT_DURATION_SECS',
  log: 'STINT_LOG',
  last_lines: 'STINT_LAST_LINES',
} as const satisfies {readonly [Name in keyof Facts]-?: string};

export function stallTelling(state: string, spec: JobSpec, message: string): Telling {
  return telling(state, spec, {event: 'stalled', status: 'running', message}, null);
}

export function endTelling(state: string, spec: JobSpec, end: EndedState, event: EndEvent): Telling {
  const {status, exitCode, signal, tookMs, message} = end;
  const text = endText({name: spec.name, status, exitCode, message}, signalName);
  // Of a cancelled job that tells the code only.
  const isReasonLeftOut = status === 'cancelled' && exitCode !== undefined && message !== undefined;
  const told = isReasonLeftOut ? `${text}; ${message}` : text;
  const facts = {
    event,
    status,
    message: isUnexpectedEnd(spec, status) ? `${told}; a service that nobody ended` : told,
    exit_code: exitCode,
    signal,
    duration_secs: tookMs === undefined ? undefined : tookMs / 1000,
  };
  return telling(state, spec, facts, endClaim(spec));
}

/** Where the end of a job is claimed, relative to the state directory. */
export function endClaim(spec: JobSpec): string {
  return join(jobPath(keyOf(spec)), JOB_FILES.notified);
}

/** Throws where the environment of the job cannot be read. */
function telling(
  state: string,
  spec: JobSpec,
  facts: Omit<Facts, 'job' | 'log'>,
  claim: string | null,
): Telling {
  const job = `${spec.invocation.id}:${spec.name}`;
  const directory = join(state, jobPath(keyOf(spec)));
  const told = {...facts, message: visible(facts.message), job, log: join(directory, JOB_FILES.journal)};
  const variables = Object.entries(VARIABLES).flatMap(([name, variable]) => {
    const value = told[name as keyof typeof told];
    return value === undefined ? [] : [[variable, String(value)] as const];
  });
  const environment = {
    ...inherited(readFileSync(join(directory, JOB_FILES.environment))),
    ...Object.fromEntries(variables),
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
  return Object.fromEntries(pairs.filter(([name]) => !OWN_VARIABLES.has(name) && !OF_FACTS.has(name)));
}

/** In the environment of a job they are those of another one, whose notify command submitted it. */
const OF_FACTS: ReadonlySet<string> = new Set(Object.values(VARIABLES));
