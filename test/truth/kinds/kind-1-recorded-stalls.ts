/** The log says `stalled`: that stands until real movement follows, whatever is done to the file, and whatever clock says what. */
import {bringUp} from '../../support/killer.ts';
import {bash, node, python} from '../scripts.ts';
import {type Kind, type Situation, STALLS_LATER} from '../situation.ts';
import type {Stage} from '../stage.ts';

const STUCK = bash('r start embed; stand');
const STALLED = {
  listed: {status: 'running', stalled: true, activity: 'stalled', phase: 'embed', eta_secs: null},
  report: {activity: 'stalled', stalled: true, now: {rows_per_sec: null, remaining_ms: null}},
  stats: {running: [{stalled: true}]},
  says: {ls: [/stalled/], status: [/stalled/], report: [/▶ stalled/], stats: [/stalled/]},
  neverSays: {report: [/▶ running/]},
} as const;

export const RECORDED_STALLS: Kind = {
  title: '1 recorded stalls',
  situations: [
    {name: 'is stuck, and nothing else happens', command: STUCK, when: stalled, truth: STALLED},
    {
      name: 'is stuck, in Python',
      command: python('r("start", "embed")\nstand()'),
      when: stalled,
      truth: STALLED,
    },
    {name: 'is stuck, in Node', command: node(`r('start', 'embed'); stand()`), when: stalled, truth: STALLED},
    stuckAnd('its file is touched', stage => stage.touch()),
    stuckAnd('its file is dated an hour ahead', stage => stage.touch('progress.jsonl', 3_600_000)),
    stuckAnd('the file of its output is touched', stage => stage.touch('out')),
    stuckAnd('the file of its errors is dated an hour ahead', stage => stage.touch('err', 3_600_000)),
    stuckAnd('text that is no JSON is appended', stage => stage.append('panic: here\n  at somewhere\n')),
    stuckAnd('JSON that is no record is appended', stage =>
      stage.append('{"level":"info","rows_processed":7}\n[1]\n'),
    ),
    stuckAnd('blank lines are appended', stage => stage.append('\n\n \n')),
    stuckAnd('half a record is appended', stage =>
      stage.append('{"event":"embed_progress","phase":"embed","rows_proce'),
    ),
    stuckAnd('NULs and bytes that are no text are appended', stage =>
      stage.append(Buffer.concat([Buffer.alloc(5000), Buffer.from([0xff, 0xfe, 10])])),
    ),
    stuckAnd('a line over 1 MiB is appended', stage => stage.append(`${'x'.repeat(1_100_000)}\n`)),
    {
      name: 'is stuck, and its heart beats on',
      command: bash('r start embed; rows embed 3 10; while :; do rows embed 3 10; pause 0.05; done'),
      when: stalled,
      truth: STALLED,
    },
    {
      name: 'is stuck, and beats with a number, a time and its memory',
      command: bash(
        `r start embed; n=0; while :; do n=$((n+1)); r progress embed '"rows_processed":3,"seq":'$n',"elapsed_ms":'$((n*50))',"rss_mib":'$n; pause 0.05; done`,
      ),
      when: stalled,
      truth: STALLED,
    },
    ahead('an hour ahead', 3_600_000),
    ahead('a year ahead', 31_536_000_000),
    ahead('an hour behind', -3_600_000),
    {
      name: 'is stuck, and its coordinator is killed',
      command: STUCK,
      alone: true,
      when: async stage => {
        await stalled(stage);
        await stage.killCoordinator();
      },
      truth: STALLED,
    },
    {
      name: 'is stuck, and its file is touched while no coordinator lives',
      command: STUCK,
      alone: true,
      when: async stage => {
        await stalled(stage);
        await stage.killCoordinator();
        stage.touch('progress.jsonl', 5000);
        await stage.append('no record\n');
      },
      truth: STALLED,
    },
    {
      name: 'is stuck, and another coordinator reads its records again',
      command: bash('r start embed; rows embed 3 10; rows embed 4 10; stand'),
      alone: true,
      when: async stage => {
        await stalled(stage);
        await stage.replaceCoordinator();
      },
      truth: STALLED,
    },
    {
      name: 'is stuck, and its record is written over with a later time while no coordinator lives',
      command: node(rewritten('5', 'ts_ms: Date.now() + 9, note: "later"')),
      alone: true,
      when: async stage => {
        await rewrittenUnseen(stage);
        await bringUp(stage.sandbox);
        await stage.recorded('adopted');
      },
      truth: STALLED,
    },
    {
      name: 'is no more stuck when it writes its record over while no coordinator lives',
      command: node(rewritten('6', 'ts_ms: Date.now()')),
      alone: true,
      when: async stage => {
        await rewrittenUnseen(stage);
        await bringUp(stage.sandbox);
        await stage.recorded('resumed');
      },
      // By now it may be stuck once more.
      truth: {listed: {status: 'running', rows_processed: 6}, report: {now: {rows_processed: 6}}},
    },
    movesAgain('when its rows go on', 'moves embed 20 100000'),
    movesAgain('when its rows go on, dated before the stall', 'ts=$(($(now)-500)); moves embed 20 100000'),
    movesAgain(
      'when it prints',
      'n=0; while :; do n=$((n+1)); echo news $n; [ $n = 8 ] && mark; pause 0.05; done',
    ),
    movesAgain('when its phase ends', 'r done embed; moves publish'),
  ],
};

function stalled(stage: Stage): Promise<void> {
  return stage.recorded('stalled');
}

function stuckAnd(what: string, act: (stage: Stage) => Promise<void> | void): Situation {
  return {
    name: `is stuck, and ${what}`,
    command: STUCK,
    when: async stage => {
      await stalled(stage);
      await act(stage);
    },
    truth: STALLED,
  };
}

/** One record, which is kept up to date in its place at equal length. */
function rewritten(rows: string, more: string): string {
  return `r('progress', 'embed', {rows_processed: 5, ts_ms: Date.now(), note: "first"}); hold();
writeFileSync(PATH, line('progress', 'embed', {rows_processed: ${rows}, note: "later", ${more}}), {flag: 'r+'}); mark(); stand()`;
}

async function rewrittenUnseen(stage: Stage): Promise<void> {
  await stalled(stage);
  await stage.killCoordinator();
  await stage.open();
  await stage.marked();
}

function ahead(what: string, ms: number): Situation {
  return {
    name: `is stuck, and its clock is ${what}`,
    command: bash(`ts=$(($(now)+${ms})); r start embed; rows embed 3 10; stand`),
    when: stalled,
    truth: STALLED,
  };
}

function movesAgain(what: string, script: string): Situation {
  return {
    name: `is no more stuck ${what}`,
    command: bash(`r start embed; hold; ${script}`),
    options: STALLS_LATER,
    when: async stage => {
      await stalled(stage);
      await stage.open();
      await stage.marked();
      await stage.recorded('resumed');
    },
    truth: {
      listed: {status: 'running', stalled: false, stalled_secs: null, activity: 'moving'},
      stats: {running: [{stalled: false}]},
      neverSays: {ls: [/stalled/], status: [/^ {2}stalled/m], stats: [/stalled/]},
    },
  };
}
