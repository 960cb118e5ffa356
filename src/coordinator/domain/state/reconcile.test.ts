import {describe, expect, it} from 'vitest';

import {type JobState, nextState} from '../job/job.ts';
import {type FoundJob, type Reconciled, reconcile} from './reconcile.ts';
import {finishedEvent} from './status-event.ts';
import type {LostBy} from './unseen-end.ts';

const STARTED: JobState = {status: 'running', startedAt: 1, pid: 42};
const CANCELLING = nextState(STARTED, {ts: 2, data: {event: 'cancelling', grace_ms: 10}});
const ENDED = nextState(STARTED, {ts: 2, data: finishedEvent(0)});
const CLOSED = nextState(ENDED, {ts: 3, data: {event: 'closed'}});

/** Every value of everything that a coordinator can find: 2 × 2 × 5 × 2 × 2 × 2 × 3 × 7 × 2 jobs. */
const FOUND = {
  row: ['queued', 'started'],
  hasSpec: [true, false],
  whereabouts: [undefined, 'here', 'beside', 'before', 'elsewhere'],
  alive: [true, false],
  hasFifo: [true, false],
  wrapperPid: [undefined, 42],
  exitCode: [undefined, 0, 137],
  state: [
    undefined,
    {status: 'queued'}, // a journal that holds no status which this version knows
    STARTED,
    CANCELLING,
    ENDED,
    nextState(STARTED, {ts: 2, data: {event: 'crashed', message: 'lost'}}),
    CLOSED,
  ],
  rebooted: [true, false],
} as const satisfies {[K in keyof FoundJob]: readonly FoundJob[K][]};

type When = {readonly [K in keyof FoundJob]?: readonly FoundJob[K][]};

interface Rule {
  readonly title: string;
  /** What is not named may be anything. */
  readonly when: When;
  /** One of these as well. */
  readonly and?: readonly When[];
  readonly decision: (found: FoundJob) => Reconciled;
}

const notEnded = FOUND.state.slice(0, 4);
const inJournal = FOUND.state.slice(1, 4);
const dead = {alive: [false], exitCode: [undefined]} as const;
const crash = (by: LostBy) => () => ({action: 'crash', by}) as const;

/** A person removed the FIFO of a job on another machine. */
const GIVEN_UP: When = {whereabouts: ['elsewhere'], hasFifo: [false]};
/** What became of it can be known here, if anywhere. */
const KNOWABLE: readonly When[] = [{whereabouts: [undefined, 'here', 'beside', 'before']}, GIVEN_UP];
const OURS: readonly When[] = [{whereabouts: [undefined, 'here', 'before']}, GIVEN_UP];
const SAME_BOOT: readonly When[] = [
  {whereabouts: ['here', 'beside']},
  {whereabouts: [undefined], rebooted: [false]},
];
const REBOOTED: readonly When[] = [{whereabouts: ['before']}, {whereabouts: [undefined], rebooted: [true]}];

/** Of a job that shows a trace of a start: what is said of its end depends on where that was. */
function crashes(title: string, when: When): Rule[] {
  return [
    {
      title: `tells the death of the wrapper ${title}`,
      when,
      and: SAME_BOOT,
      decision: crash('wrapper'),
    },
    {title: `names the reboot ${title}`, when, and: REBOOTED, decision: crash('reboot')},
    {
      title: `names the other machine ${title}`,
      when,
      and: [GIVEN_UP],
      decision: crash('machine'),
    },
  ];
}

const RULES: readonly Rule[] = [
  {
    title: 'stores the row of a job whose journal says that it is closed, whatever else is there',
    when: {state: [CLOSED]},
    decision: () => ({action: 'record-closed'}),
  },
  {
    title: 'leaves a job of another machine alone, whatever is found, as long as its FIFO is there',
    when: {state: FOUND.state.slice(0, 6), whereabouts: ['elsewhere'], hasFifo: [true]},
    decision: () => ({action: 'leave', whereabouts: 'elsewhere'}),
  },
  {
    title: 'leaves a job of another pid namespace alone while its wrapper lives',
    when: {state: notEnded, whereabouts: ['beside'], alive: [true]},
    decision: () => ({action: 'leave', whereabouts: 'beside'}),
  },
  {
    title: 'closes a job whose journal says that it ended, and never runs or ends it again',
    when: {state: FOUND.state.slice(4, 6)},
    and: KNOWABLE,
    decision: () => ({action: 'close'}),
  },
  {
    title: 'adopts a job whose wrapper lives, whatever its row or a stale exit file says',
    when: {state: notEnded, alive: [true]},
    and: OURS,
    decision: () => ({action: 'adopt'}),
  },
  {
    title: 'records the exit code that the wrapper wrote, also after a reboot and without a spec',
    when: {state: notEnded, alive: [false], exitCode: [0, 137]},
    and: KNOWABLE,
    decision: ({exitCode = -1}) => ({action: 'finish', exitCode}),
  },
  {
    title: 'calls a job crashed whose directory is gone',
    when: {...dead, state: notEnded, hasSpec: [false]},
    and: KNOWABLE,
    decision: crash('directory'),
  },
  {
    title: 'starts a job that shows no trace of a start, before or after a reboot',
    when: {...dead, state: [undefined], hasSpec: [true], row: ['queued'], wrapperPid: [undefined]},
    and: KNOWABLE,
    decision: () => ({action: 'queue'}),
  },
  ...crashes('of a job whose wrapper wrote its pid and no code', {
    ...dead,
    state: [undefined],
    hasSpec: [true],
    wrapperPid: [42],
  }),
  ...crashes('of a job whose row says that it was started', {
    ...dead,
    state: [undefined],
    hasSpec: [true],
    row: ['started'],
    wrapperPid: [undefined],
  }),
  ...crashes('of a job whose journal says that it was started', {...dead, state: inJournal, hasSpec: [true]}),
];

describe('reconcile', () => {
  const all = allFound();

  it.each(RULES)('$title', ({decision, ...rule}) => {
    const fitting = all.filter(found => fits(found, rule));
    expect(fitting).not.toEqual([]);
    for (const found of fitting)
      expect({found, decided: reconcile(found)}).toEqual({found, decided: decision(found)});
  });

  it('has exactly one rule for everything that can be found', () => {
    expect(all).toHaveLength(2 * 2 * 5 * 2 * 2 * 2 * 3 * 7 * 2);
    const rulesOf = (found: FoundJob) => RULES.filter(rule => fits(found, rule)).map(({title}) => title);
    expect(all.filter(found => rulesOf(found).length !== 1)).toEqual([]);
  });
});

function allFound(): FoundJob[] {
  let found: Record<string, unknown>[] = [{}];
  for (const [key, values] of Object.entries(FOUND)) {
    found = found.flatMap(each => values.map(value => ({...each, [key]: value})));
  }
  return found as unknown as FoundJob[];
}

function fits(found: FoundJob, {when, and = [{}]}: Pick<Rule, 'when' | 'and'>): boolean {
  const holds = (conditions: When) =>
    Object.entries(conditions).every(([key, values]) =>
      (values as readonly unknown[]).includes(found[key as keyof FoundJob]),
    );
  return holds(when) && and.some(holds);
}
