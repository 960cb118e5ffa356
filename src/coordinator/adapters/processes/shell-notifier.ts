/** Tells a person by the command that was given when the job was submitted, in the job's own directory and environment. */
import {isUtf8} from 'node:buffer';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {runShell, splitNul} from '../../../platform/index.ts';
import {type JobSpec, keyOf, OWN_VARIABLES} from '../../domain/index.ts';
import type {Notifier} from '../../ports/index.ts';
import {JOB_FILES, jobPath} from '../directory/job-paths.ts';

export interface ShellNotifierOptions {
  readonly state: string;
  /** It is killed after so long. */
  readonly limitMs?: number;
  readonly report: (what: string, error: unknown) => void;
}

const LIMIT_MS = 60_000;

export function shellNotifier({state, report, limitMs = LIMIT_MS}: ShellNotifierOptions): Notifier {
  return {
    notify: (spec, {event, message}) => {
      if (spec.notify === null) return;
      tell(spec, spec.notify, {STINT_EVENT: event, STINT_MESSAGE: message}).catch((error: unknown) =>
        report(`the notify command of ${spec.name}`, error),
      );
    },
  };

  async function tell(spec: JobSpec, text: string, facts: Record<string, string>): Promise<void> {
    const {invocation, name, cwd} = spec;
    const environment = {
      ...environmentOf(state, spec),
      ...facts,
      STINT_JOB: `${invocation.id}:${name}`,
    };
    await runShell({text, cwd, environment, limitMs});
  }
}

/** The job's, without what makes a process part of the job. Names and values that are not UTF-8 cannot be handed on. */
function environmentOf(state: string, spec: JobSpec): Record<string, string> {
  const entries = splitNul(readFileSync(join(state, jobPath(keyOf(spec)), JOB_FILES.environment)));
  const pairs = entries.filter(isUtf8).map(entry => {
    const text = entry.toString();
    const at = text.indexOf('=');
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return Object.fromEntries(pairs.filter(([name]) => !OWN_VARIABLES.has(name)));
}
