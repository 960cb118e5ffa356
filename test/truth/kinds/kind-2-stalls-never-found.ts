/** A job that does not get on is found to be stuck, whoever else is done, and a heart that only counts itself is neither. */
import {bash, node, python} from '../scripts.ts';
import {
  between,
  type Expected,
  type Kind,
  known,
  not,
  type Situation,
  STALLS_LATER,
  STALLS_SOON,
  type Truth,
  text,
} from '../situation.ts';
import type {Stage} from '../stage.ts';

const A = `'"run_id":"a"'`;
const B = `'"run_id":"b"'`;
const UNCERTAIN = /uncertain|unclear|unknown|cannot be known|perhaps|maybe|not certain/i;
const C = `'"run_id":"c"'`;

export const STALLS_NEVER_FOUND: Kind = {
  title: '2 stalls never found',
  situations: [
    stuck(
      'with a worker that is complete and one that is stuck',
      `r start load ${B}; r start embed ${A}; r complete complete ${B}; stand`,
    ),
    stuck(
      'with a worker that is complete before the stuck one begins',
      `r start load ${B}; r complete complete ${B}; r start embed ${A}; stand`,
    ),
    stuck(
      'with a worker that began later, is complete and tells its rows',
      `r start embed ${A}; r start load ${B}; r progress load '"run_id":"b","rows_processed":9,"rows_total":9'; r complete complete ${B}; stand`,
    ),
    stuck(
      'with a worker that was cancelled and one that is stuck',
      `r start embed ${A}; r start load ${B}; r cancelled cancelled ${B}; stand`,
    ),
    stuck(
      'with three workers of which one is stuck',
      `r start embed ${A}; r start x ${B}; r start y ${C}; r complete complete ${B}; r error error ${C}; stand`,
    ),
    stuck(
      'with workers that have no run_id but pids',
      `r start embed '"pid":11'; r start load '"pid":12'; r complete complete '"pid":12'; stand`,
    ),
    stuck('with two workers that are both stuck', `r start embed ${A}; r start embed ${B}; stand`),
    {
      name: 'is stuck, with a thread that is complete, in Python',
      command: python(`
r("start", "embed", run_id="a")
other = threading.Thread(target=lambda: (r("start", "load", run_id="b"), r("complete", "complete", run_id="b")))
other.start(); other.join()
stand()`),
      when: stalled,
      truth: stuckIn('embed'),
    },
    {
      name: 'is not stuck with one worker that is and one that moves',
      command: bash(
        `r start embed ${A}; n=0; while :; do n=$((n+1)); r progress load '"run_id":"b","rows_processed":'$n; [ $n = 8 ] && mark; pause 0.05; done`,
      ),
      options: STALLS_LATER,
      when: outlasted,
      truth: {listed: {stalled: false, activity: 'moving'}, neverSays: {ls: [/stalled/]}},
    },
    {
      name: 'is complete where both of its workers are',
      command: bash(
        `r start embed ${A}; r start load ${B}; r complete complete ${B}; r complete complete ${A}; mark; stand`,
      ),
      when: outlasted,
      truth: {
        listed: {stalled: false, activity: 'complete', status: 'running'},
        says: {status: [/complete/]},
        neverSays: {ls: [/stalled/]},
      },
    },
    uncertain('beats with a sub_phase that nobody knows', `r alive embed`),
    uncertain('beats with an unknown sub_phase that counts', `r alive embed '"ticks":'$n`),
    uncertain(
      'beats with a key of its own that counts',
      `r progress embed '"rows_processed":3,"uptime_s":'$n`,
    ),
    uncertain('tells only other notes', `r progress embed '"rows_processed":3,"note":"still here '$n'"'`),
    uncertain('tells other notes and nothing else', `r progress embed '"note":"tick '$n'"'`),
    {
      ...uncertain(
        'beats with a key of its own, and is to be cancelled when stalled',
        `r progress embed '"uptime_s":'$n`,
      ),
      options: [...STALLS_SOON, '--on-stall', 'cancel'],
    },
    {
      name: 'beats with a key of its own, in Node',
      command: node(
        `r('start', 'embed'); for (let n = 0; ; n++) { r('progress', 'embed', {uptime_s: n}); if (n === 8) mark(); pause(0.05); }`,
      ),
      when: outlasted,
      truth: isUncertain(),
    },
    {
      name: 'moves again behind what was uncertain',
      command: bash(
        `r start embed; for n in 1 2 3 4 5 6; do r alive embed '"ticks":'$n; pause 0.03; done; moves embed`,
      ),
      options: STALLS_LATER,
      truth: {listed: {stalled: false, activity: 'moving', uncertain_secs: null, rows_processed: known}},
    },
    spins('prints one line for ever', 'r start embed; while :; do echo working; pause 0.05; done'),
    spins(
      'prints one line for ever as an error',
      'r start embed; while :; do echo retrying >&2; pause 0.05; done',
    ),
    spins(
      'prints one line for ever and beats',
      'r start embed; while :; do echo working; rows embed 3 10; pause 0.05; done',
    ),
    {
      name: 'prints one line for ever, in Python',
      command: python('r("start", "embed")\nwhile True: print("working", flush=True); pause(0.05)'),
      when: stalled,
      truth: spinning(),
    },
    {
      name: 'prints one line for ever and never reports',
      command: bash('n=0; while :; do n=$((n+1)); echo working; [ $n = 20 ] && mark; pause 0.05; done'),
      truth: {
        listed: {stalled: false, activity: not('moving', undefined), same_output_secs: between(0.1, 60)},
        says: {status: [/same|identical|nothing but/i]},
      },
    },
    {
      name: 'prints other lines all the time and is not stuck',
      command: bash(
        'r start embed; n=0; while :; do n=$((n+1)); echo line $n; [ $n = 8 ] && mark; pause 0.05; done',
      ),
      options: STALLS_LATER,
      when: outlasted,
      truth: {
        listed: {stalled: false, same_output_secs: null, activity: 'moving'},
        neverSays: {ls: [/stalled/]},
      },
    },
  ],
};

function stalled(stage: Stage): Promise<void> {
  return stage.recorded('stalled');
}

async function outlasted(stage: Stage): Promise<void> {
  await stage.marked();
  await stage.outlast();
}

function stuckIn(phase: string): Truth {
  return {
    listed: {status: 'running', stalled: true, activity: 'stalled', phase, eta_secs: null},
    stats: {running: [{stalled: true, phase}]},
    says: {ls: [new RegExp(`stalled .*${phase}`)], status: [/stalled/]},
  };
}

function stuck(what: string, script: string): Situation {
  return {name: `is stuck, ${what}`, command: bash(script), when: stalled, truth: stuckIn('embed')};
}

function isUncertain(): Truth {
  return {
    listed: {
      status: 'running',
      stalled: false,
      stalled_secs: null,
      activity: 'uncertain',
      uncertain_secs: between(0.2, 60),
      eta_secs: null,
    },
    stats: {running: [{stalled: false}]},
    says: {
      ls: [UNCERTAIN],
      status: [UNCERTAIN],
    },
    neverSays: {ls: [/stalled/]},
  };
}

/** `beat` is done again and again, with its number in `$n`. */
function uncertain(what: string, beat: string): Situation {
  return {
    name: what,
    command: bash(
      `r start embed; n=0; while :; do n=$((n+1)); ${beat}; [ $n = 8 ] && mark; pause 0.05; done`,
    ),
    when: outlasted,
    truth: isUncertain(),
  };
}

function spinning(): Truth {
  const since: Expected = between(0.1, 60);
  return {
    listed: {
      status: 'running',
      stalled: true,
      activity: 'stalled',
      same_output_secs: since,
      phase: text(/embed/),
    },
    says: {ls: [/stalled/], status: [/stalled/]},
  };
}

function spins(what: string, script: string): Situation {
  return {name: what, command: bash(script), when: stalled, truth: spinning()};
}
