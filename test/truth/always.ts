/** What holds of every answer, whatever the situation: it is bounded, no placeholder is printed, and no two commands disagree. Pure. */
import type {Answers} from './answers.ts';
import type {Fault} from './judge.ts';
import {COMMANDS} from './situation.ts';

/** The situation is as old as this; Unix milliseconds. */
export interface Lifetime {
  readonly from: number;
  readonly to: number;
}

export function judgeAlways(answers: Answers, lifetime: Lifetime): Fault[] {
  return [
    ...outOfBounds(answers, lifetime),
    ...placeholders(answers),
    ...failures(answers),
    ...contradictions(answers),
  ];
}

/** Moments are read at another instant, and rounded. */
const SLACK_MS = 1000;
const LENGTH =
  /^(duration|quiet|stalled|uncertain|waiting|same_output|phase)_secs$|^(elapsed|wall|open|unclaimed|over)_ms$/;
/** Of several runs, or one in another: objects of lengths. */
const LENGTHS = /^(secs|each_secs|duration_secs|span_ms)$/;
const MOMENT = /^(started|last)_at_ms$|^since_ms$|^(started|finished|closed)_at$|^invocation_created_at$/;
const MOMENTS = /^ended_between$/;
/** A number that nothing here can have: more rows than anybody has, or below none. */
const MOST = Number.MAX_SAFE_INTEGER;

function outOfBounds(answers: Answers, {from, to}: Lifetime): Fault[] {
  const age = to - from + SLACK_MS;
  return COMMANDS.flatMap(command =>
    numbersIn(answers[command].json, command).flatMap(({where, key, value}): Fault[] => {
      const isMoment = MOMENT.test(key) || MOMENTS.test(key) || where.endsWith('.last.at_ms');
      const unit = key.endsWith('secs') ? 1000 : 1;
      const isLength = LENGTH.test(key) || LENGTHS.test(key);
      const [low, high] = isMoment ? [from - SLACK_MS, to + SLACK_MS] : [0, isLength ? age / unit : MOST];
      if (value >= low && value <= high) return [];
      return [{verdict: 'wrong', where, wanted: `between ${low} and ${high}, or null`, got: String(value)}];
    }),
  );
}

interface NumberIn {
  readonly where: string;
  readonly key: string;
  readonly value: number;
}

/** `p50` in `secs` has the key `secs`; a moment that is a text is a number here. */
function numbersIn(json: unknown, where: string, key = ''): NumberIn[] {
  if (typeof json === 'number') return [{where, key, value: json}];
  if (typeof json === 'string' && (MOMENT.test(key) || MOMENTS.test(key)))
    return [{where, key, value: Date.parse(json)}];
  if (typeof json !== 'object' || json === null) return [];
  return Object.entries(json).flatMap(([name, value]) => {
    const isWithin = (LENGTHS.test(key) && name !== 'runs') || MOMENTS.test(key);
    return numbersIn(value, `${where}.${name}`, isWithin ? key : name);
  });
}

const PLACEHOLDER = /\b(undefined|NaN|Infinity|null|\[object \w+\]|\d+y)\b|\de\+\d/;

function placeholders(answers: Answers): Fault[] {
  return COMMANDS.flatMap((command): Fault[] => {
    const {text} = answers[command];
    const found = PLACEHOLDER.exec(text)?.[0];
    if (found === undefined) return [];
    return [
      {
        verdict: 'wrong',
        where: `the text of ${command}`,
        wanted: `without "${found}"`,
        got: JSON.stringify(text),
      },
    ];
  });
}

function failures(answers: Answers): Fault[] {
  return COMMANDS.flatMap(command =>
    answers[command].codes.flatMap((code): Fault[] => {
      if (code === 0 || (command === 'report' && code === 3)) return [];
      return [{verdict: 'wrong', where: `the exit code of ${command}`, wanted: '0', got: String(code)}];
    }),
  );
}

const SHARED = [
  'status',
  'exit_code',
  'message',
  'finished_at',
  'ended_between',
  'phase',
  'rows_total',
  'rows_phase',
  'stalled',
  'activity',
  'waiting_on',
] as const;

/** What `ls` says and `status` does not, or `stats`, or the report. They were asked in this order, so rows may have grown. */
function contradictions(answers: Answers): Fault[] {
  const listed = objectOf(answers.ls.json);
  const status = objectOf(answers.status.json);
  const [running] = listOf(objectOf(answers.stats.json).running).map(objectOf);
  const runs = listOf(objectOf(answers.report.json).runs).map(objectOf);
  const told = runs.map(({rows}) => objectOf(rows)).filter(({processed}) => processed !== undefined);
  const faults = SHARED.flatMap(key => differ(`status.${key}`, status[key], [listed[key]]));
  if (running !== undefined && status.status === 'running')
    for (const key of ['phase', 'stalled'] as const)
      faults.push(...differ(`stats.running.0.${key}`, running[key], [listed[key]]));
  const report = objectOf(answers.report.json);
  if (report.now !== undefined && report.now !== null) {
    for (const key of ['stalled', 'activity', 'waiting_on'] as const)
      faults.push(...differ(`report.${key}`, report[key], [status[key]]));
    for (const key of ['phase', 'rows_total', 'rows_phase'] as const)
      faults.push(...differ(`report.now.${key}`, objectOf(report.now)[key], [status[key]]));
  }
  const goesOn = listed.status === 'running';
  faults.push(...grown('status.rows_processed', status.rows_processed, listed.rows_processed, goesOn));
  const reported = told.find(({processed}) => processed === status.rows_processed) ?? told.at(-1);
  if (reported !== undefined && status.rows_processed !== null)
    faults.push(...grown('report rows', reported.processed, status.rows_processed, goesOn));
  return faults;
}

function grown(where: string, got: unknown, before: unknown, mayGrow: boolean): Fault[] {
  const hasGrown = mayGrow && typeof got === 'number' && typeof before === 'number' && got >= before;
  return hasGrown ? [] : differ(where, got, [before]);
}

function differ(where: string, got: unknown, allowed: readonly unknown[]): Fault[] {
  const texts = allowed.map(each => JSON.stringify(each));
  if (texts.includes(JSON.stringify(got))) return [];
  return [
    {
      verdict: 'wrong',
      where,
      wanted: `what the others say, ${texts.join(' or ')}`,
      got: JSON.stringify(got) ?? '',
    },
  ];
}

function objectOf(json: unknown): Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : {};
}

function listOf(json: unknown): readonly unknown[] {
  return Array.isArray(json) ? json : [];
}
