/** What newer writers tell: further events of the semantic backfill, that they wait, and that they are done in a process that goes on. */
import {join} from 'node:path';

import {STINT} from '../../support/sandbox.ts';
import {bash, node, python} from '../scripts.ts';
import {
  between,
  type Kind,
  not,
  type Situation,
  STALLS_LATER,
  STALLS_SOON,
  type Truth,
  text,
  unknown,
} from '../situation.ts';
import type {Stage} from '../stage.ts';

const LIBRARY = join(STINT, '..', '..', 'dist', 'lib', 'progress.js');
const SOON_CANCELLED = [...STALLS_SOON, '--on-stall', 'cancel'];

export const NEWER_WRITERS: Kind = {
  title: '8 newer writers',
  situations: [
    selects('counts its selection', 'selection_count', '"rows_total":500'),
    selects('looks for candidates', 'selection_candidates', '"rows_total":500'),
    {
      name: 'knows twenty events of the semantic backfill by the library',
      command: [
        process.execPath,
        '--input-type=module',
        '-e',
        `import {semanticBackfill} from ${JSON.stringify(LIBRARY)};
import {appendFileSync, writeFileSync, readFileSync} from 'node:fs';
const events = Object.entries(semanticBackfill.events ?? semanticBackfill);
const names = events.map(([name, value]) => typeof value === 'string' ? value : name);
const wanted = ['selection_count_start', 'selection_count_done', 'selection_candidates_start', 'selection_candidates_done'];
const told = {event: 'embed_progress', phase: wanted.every(name => names.includes(name)) ? 'knows' : 'lacks', sub_phase: 'progress',
  ts_ms: Date.now(), rows_processed: names.length};
appendFileSync(process.env.STINT_PROGRESS_JSONL, JSON.stringify(told) + '\\n');
writeFileSync('ready', '');
readFileSync('never');`,
      ],
      options: STALLS_LATER,
      truth: {listed: {phase: 'knows', rows_processed: 20}},
    },
    waits('for a lock', `r start embed; r progress embed '"waiting_on":"lock"'`, 'lock'),
    waits('for the network', `r start load; r progress load '"waiting_on":"network"'`, 'network'),
    waits(
      'for a lock, as its heart says again and again',
      `r start embed; for n in 1 2 3 4 5 6 7 8; do r progress embed '"waiting_on":"lock"'; pause 0.05; done`,
      'lock',
    ),
    waits(
      'for a lock, as it says with a key of its own',
      `r start embed; for n in 1 2 3 4; do r progress embed '"waiting_on":"lock","n":'$n; pause 0.05; done`,
      'lock',
    ),
    waits(
      'for a rate limit, having done some',
      `r start embed; rows embed 5 10; r progress embed '"rows_processed":5,"rows_total":10,"waiting_on":"rate limit"'`,
      'rate limit',
    ),
    {
      name: 'waits, in Python, and is not cancelled',
      command: python('r("start", "embed"); r("progress", "embed", waiting_on="lock"); mark(); stand()'),
      options: SOON_CANCELLED,
      when: outlasted,
      truth: waiting('lock'),
    },
    {
      name: 'waits, as it says from a shell',
      command: bash(
        `s() { "${process.execPath}" "${STINT}" progress emit "$@"; }; s embed_start && s embed_progress --waiting-on lock && mark; stand`,
      ),
      options: STALLS_LATER,
      when: outlasted,
      truth: waiting('lock'),
    },
    {
      name: 'waits for two things, one after the other',
      command: node(
        `r('start', 'embed'); r('progress', 'embed', {waiting_on: 'lock'}); pause(0.1); r('progress', 'embed', {waiting_on: 'disk'}); mark(); stand()`,
      ),
      when: outlasted,
      truth: waiting('disk'),
    },
    {
      ...waits(
        'also for another coordinator',
        `r start embed; r progress embed '"waiting_on":"lock"'`,
        'lock',
      ),
      alone: true,
      when: async stage => {
        await stage.marked();
        await stage.replaceCoordinator();
        await stage.outlast('1s');
      },
    },
    {
      name: 'waited and moves again',
      command: bash(`r start embed; r progress embed '"waiting_on":"lock"'; pause 0.1; moves embed`),
      options: STALLS_LATER,
      truth: {
        listed: {activity: 'moving', stalled: false, waiting_on: null, waiting_secs: null},
        neverSays: {ls: [/waiting/], status: [/waiting/]},
      },
    },
    {
      name: 'waited and is stuck behind it',
      command: bash(
        `r start embed; r progress embed '"waiting_on":"lock"'; pause 0.1; rows embed 5 10; stand`,
      ),
      when: stage => stage.recorded('stalled'),
      truth: {listed: {activity: 'stalled', stalled: true, waiting_on: null}, says: {ls: [/stalled/]}},
    },
    {
      name: 'tells a number for what it waits, which is nothing',
      command: bash(`r start embed; r progress embed '"waiting_on":5'; stand`),
      when: stage => stage.recorded('stalled'),
      truth: {listed: {activity: 'stalled', stalled: true, waiting_on: null}},
    },
    completed(
      'goes on when it is done',
      'r start embed; rows embed 10 10; r done embed; r complete complete',
    ),
    completed(
      'goes on when it is done, and beats',
      `r start embed '"run_id":"a"'; r complete complete '"run_id":"a"'; for n in 1 2 3; do r alive embed '"run_id":"a"'; pause 0.05; done`,
    ),
    {
      name: 'goes on when it is done, in Python, and is not cancelled as stalled',
      command: python('r("start", "embed"); r("complete", "complete"); mark(); stand()'),
      options: SOON_CANCELLED,
      when: outlasted,
      truth: isComplete(),
    },
    {
      name: 'goes on when it is done, and is ended as it was set',
      command: bash('r start embed; r complete complete; stand'),
      options: [...STALLS_LATER, '--on-complete', '300ms'],
      when: stage => stage.recorded('finished'),
      truth: {listed: {status: 'cancelled', message: text(/complete/)}, says: {status: [/complete/]}},
    },
    {
      name: 'works on although it is to be ended when it is done',
      command: bash('r start embed; moves embed'),
      options: [...STALLS_LATER, '--on-complete', '300ms'],
      when: async stage => {
        await stage.marked();
        await stage.outlast('1s');
      },
      truth: {listed: {status: 'running', activity: 'moving', message: null}},
    },
    {
      name: 'goes on when it is done, and is not ended where that is set to none',
      command: bash('r start embed; r complete complete; mark; stand'),
      options: [...STALLS_SOON, '--on-complete', 'none'],
      when: outlasted,
      truth: isComplete(),
    },
  ],
};

async function outlasted(stage: Stage): Promise<void> {
  await stage.marked();
  await stage.outlast();
}

function selects(what: string, event: string, more: string): Situation {
  const record = (sub_phase: string) =>
    `printf '{"event":"${event}_${sub_phase}","phase":"selection","sub_phase":"${sub_phase}","ts_ms":%s,${more}}\\n' $(now) >> "$CASS_SEMANTIC_PROGRESS_JSONL"`;
  return {
    name: what,
    command: bash(
      `r start selection; ${record('start')}; ${record('done')}; ${record('start')}; mark; stand`,
    ),
    when: stage => stage.recorded('stalled'),
    truth: {
      listed: {phase: 'selection', stalled: true, activity: 'stalled', rows_total: 500},
      report: {runs: [{phases: [{phase: 'selection', count: 1}]}]},
    },
  };
}

function waiting(on: string): Truth {
  return {
    listed: {
      status: 'running',
      activity: 'waiting',
      waiting_on: on,
      waiting_secs: between(0.1, 60),
      stalled: false,
      stalled_secs: null,
      eta_secs: null,
      message: null,
    },
    stats: {running: [{stalled: false}]},
    says: {ls: [/wait/, new RegExp(on)], status: [/wait/, new RegExp(on)]},
    neverSays: {ls: [/stalled|ETA/]},
  };
}

function waits(what: string, script: string, on: string): Situation {
  return {
    name: `waits ${what}`,
    command: bash(`${script}; mark; stand`),
    options: SOON_CANCELLED,
    when: outlasted,
    truth: waiting(on),
  };
}

function isComplete(): Truth {
  return {
    listed: {
      status: 'running',
      activity: 'complete',
      stalled: false,
      message: null,
      eta_secs: null,
      waiting_on: unknown,
      finished_at: null,
    },
    report: {runs: [{outcome: not('running', undefined)}]},
    says: {ls: [/complete/], status: [/complete/]},
    neverSays: {ls: [/stalled/]},
  };
}

function completed(what: string, script: string): Situation {
  return {name: what, command: bash(`${script}; mark; stand`), when: outlasted, truth: isComplete()};
}
