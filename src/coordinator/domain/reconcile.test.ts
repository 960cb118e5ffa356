import {describe, expect, it} from 'vitest';

import {finishedEvent, type JobState, nextState} from './job.ts';
import {type FoundJob, type Reconciled, reconcile} from './reconcile.ts';

const STARTED: JobState = {status: 'running', startedAt: 1, pid: 42};
const CANCELLING = nextState(STARTED, {ts: 2, data: {event: 'cancelling', grace_ms: 10}});
const ENDED = nextState(STARTED, {ts: 2, data: finishedEvent(0)});
const CLOSED = nextState(ENDED, {ts: 3, data: {event: 'closed'}});

/** Every value of everything that a coordinator can find: 2 × 2 × 2 × 2 × 3 × 7 × 2 jobs. */
const FOUND = {
  row: ['queued', 'started'],
  hasSpec: [true, false],
  alive: [true, false],
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

interface Rule {
  readonly title: string;
  /** What is not named may be anything. */
  readonly when: {readonly [K in keyof FoundJob]?: readonly FoundJob[K][]};
  readonly decision: (found: FoundJob) => Reconciled | {readonly action: 'crash'; readonly message: RegExp};
}

const notEnded = FOUND.state.slice(0, 4);
const inJournal = FOUND.state.slice(1, 4);
const dead = {alive: [false], exitCode: [undefined]} as const;
const crash = (message: RegExp) => () => ({action: 'crash', message}) as const;

const RULES: readonly Rule[] = [
  {
    title: 'stores the row of a job whose journal says that it is closed, whatever else is there',
    when: {state: [CLOSED]},
    decision: () => ({action: 'record-closed'}),
  },
  {
    title: 'closes a job whose journal says that it ended, and never runs or ends it again',
    when: {state: FOUND.state.slice(4, 6)},
    decision: () => ({action: 'close'}),
  },
  {
    title: 'adopts a job whose wrapper lives, whatever its row or a stale exit file says',
    when: {state: notEnded, alive: [true]},
    decision: () => ({action: 'adopt'}),
  },
  {
    title: 'records the exit code that the wrapper wrote, also after a reboot and without a spec',
    when: {state: notEnded, alive: [false], exitCode: [0, 137]},
    decision: ({exitCode = -1}) => ({action: 'finish', exitCode}),
  },
  {
    title: 'calls a job crashed whose directory is gone',
    when: {...dead, state: notEnded, hasSpec: [false]},
    decision: crash(/its directory is gone/),
  },
  {
    title: 'starts a job that shows no trace of a start, before or after a reboot',
    when: {...dead, state: [undefined], hasSpec: [true], row: ['queued'], wrapperPid: [undefined]},
    decision: () => ({action: 'queue'}),
  },
  {
    title: 'calls a job crashed whose wrapper wrote its pid and no code',
    when: {...dead, state: [undefined], hasSpec: [true], wrapperPid: [42], rebooted: [false]},
    decision: crash(/its wrapper was killed/),
  },
  {
    title: 'calls a job crashed whose row says that it was started',
    when: {
      ...dead,
      state: [undefined],
      hasSpec: [true],
      row: ['started'],
      wrapperPid: [undefined],
      rebooted: [false],
    },
    decision: crash(/its wrapper was killed/),
  },
  {
    title: 'calls a job crashed whose journal says that it was started',
    when: {...dead, state: inJournal, hasSpec: [true], rebooted: [false]},
    decision: crash(/its wrapper was killed/),
  },
  {
    title: 'names the reboot for a job that shows any trace of a start and was submitted before it',
    when: {...dead, state: [undefined], hasSpec: [true], wrapperPid: [42], rebooted: [true]},
    decision: crash(/the machine was restarted/),
  },
  {
    title: 'names the reboot also where only the row tells of the start',
    when: {
      ...dead,
      state: [undefined],
      hasSpec: [true],
      row: ['started'],
      wrapperPid: [undefined],
      rebooted: [true],
    },
    decision: crash(/the machine was restarted/),
  },
  {
    title: 'names the reboot also where only the journal tells of the start',
    when: {...dead, state: inJournal, hasSpec: [true], rebooted: [true]},
    decision: crash(/the machine was restarted/),
  },
];

describe('reconcile', () => {
  const all = allFound();

  it.each(RULES)('$title', ({when, decision}) => {
    const fitting = all.filter(found => fits(found, when));
    expect(fitting).not.toEqual([]);
    for (const found of fitting) {
      const {message, ...expected} = {message: undefined, ...decision(found)};
      expect({found, decided: reconcile(found)}).toEqual({
        found,
        decided: {...expected, ...(message === undefined ? {} : {message: expect.stringMatching(message)})},
      });
    }
  });

  it('has exactly one rule for everything that can be found', () => {
    expect(all).toHaveLength(2 * 2 * 2 * 2 * 3 * 7 * 2);
    const rulesOf = (found: FoundJob) => RULES.filter(({when}) => fits(found, when)).map(({title}) => title);
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

function fits(found: FoundJob, when: Rule['when']): boolean {
  return Object.entries(when).every(([key, values]) =>
    (values as readonly unknown[]).includes(found[key as keyof FoundJob]),
  );
}
