import {join} from 'node:path';

import * as z from 'zod';

import {StintError, visible} from '../../base/index.ts';
import {JOB_FILES} from '../../coordinator/adapters/index.ts';
import {jobReport, runHistory, type ToldReport} from '../../jobs/index.ts';
import {systemMoment} from '../../platform/index.ts';
import {fitted, told, USUAL_BYTES} from '../answers/answer.ts';
import {headText} from '../answers/job-answer.ts';
import {JOB_FACTS, jobFacts} from '../answers/job-facts.ts';
import {secsText} from '../answers/words.ts';
import {inPlace} from '../jobs/host.ts';
import {viewed} from '../jobs/look.ts';
import {namedJob} from '../jobs/named-jobs.ts';
import {defineTool} from './tool.ts';

const MOST_PHASES = 20;

export const REPORT = defineTool({
  name: 'report',
  title: 'See where the time goes',
  description:
    'Where the time of a job goes, phase by phase, where it reported progress (in the file that $STINT_PROGRESS_JSONL names), and how long its runs usually take.',
  input: z.strictObject({job: z.string().min(1).describe('Handle of the job.')}),
  output: z.strictObject({
    ...JOB_FACTS,
    phases: z
      .array(
        z.strictObject({
          phase: z.string(),
          secs: z.number().optional(),
          share: z.number().optional().describe('Of the time of the run.'),
          count: z.number().int(),
          errors: z.number().int().optional(),
          rows: z.number().optional(),
          rows_per_sec: z.number().optional(),
        }),
      )
      .describe('Longest first; none where nothing was reported.'),
    outside_secs: z.number().optional().describe('Time in which no phase was open.'),
    usual_secs: z.number().optional().describe('Of completed runs of that name, half took no longer.'),
    slow_secs: z.number().optional().describe('And 95 of 100 took no longer than that.'),
    runs: z.number().int().optional().describe('So many runs of that name there were.'),
    failed_runs: z.number().int().optional().describe('Of the last 20 that ended.'),
  }),
  annotations: {readOnlyHint: true, openWorldHint: false},
  acts: false,
  call: async ({job: handle}, host) => {
    const job = await namedJob(host, handle);
    const [now] = await viewed(host, [job]);
    if (now === undefined) throw new StintError('NO_MATCH', `${handle} was removed meanwhile.`);
    const {told: report} = jobReport(join(job.directory, JOB_FILES.progress), now, systemMoment());
    const history = await inPlace(host, place => runHistory(place, job));
    const phases = phasesOf(report);
    const run = currentRun(report);
    const usually = history?.usually;
    const facts = told({
      outside_secs: secs(run?.unclaimed_ms),
      usual_secs: round(usually?.duration_secs?.p50),
      slow_secs: round(usually?.duration_secs?.p95),
      runs: usually?.runs,
      failed_runs: history?.failed,
    });
    return fitted(USUAL_BYTES, phases.length, amount => ({
      text: [
        headText(now),
        ...(phases.length === 0 ? ['it reported no progress'] : phases.slice(0, amount).map(phaseText)),
        ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`),
      ].join('\n'),
      structured: {...jobFacts(now), phases: phases.slice(0, amount), ...facts},
    }));
  },
});

type Phase = ReturnType<typeof phasesOf>[number];

function phasesOf(report: ToldReport) {
  const phases = currentRun(report)?.phases ?? [];
  return phases
    .toSorted((a, b) => (b.wall_ms ?? 0) - (a.wall_ms ?? 0))
    .slice(0, MOST_PHASES)
    .map(({phase, wall_ms, share, count, errors, rows, rows_per_sec}) => ({
      phase,
      count,
      ...told({
        secs: secs(wall_ms),
        share: round(share),
        errors: errors === 0 ? null : errors,
        rows: rows === 0 ? null : rows,
        rows_per_sec: round(rows_per_sec),
      }),
    }));
}

/** Which tells where it stands, else the last. */
function currentRun({runs, current_run}: ToldReport) {
  return runs[current_run ?? runs.length - 1];
}

function phaseText({phase, count, secs: took, share, errors, rows, rows_per_sec}: Phase): string {
  const parts = [
    `${visible(phase)}:`,
    took === undefined ? 'unknown time' : secsText(took),
    share === undefined ? undefined : `(${Math.round(share * 100)}%)`,
    `${count} ended`,
    errors === undefined ? undefined : `${errors} failed`,
    rows === undefined ? undefined : `${rows} rows`,
    rows_per_sec === undefined ? undefined : `${rows_per_sec} a second`,
  ];
  return parts.filter(part => part !== undefined).join(' ');
}

function secs(ms: number | null | undefined): number | null {
  return ms === null || ms === undefined ? null : round(ms / 1000);
}

/** Three digits are enough. */
function round(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value.toPrecision(3));
}
