/** What works on is neither called stalled nor cancelled for it: the widest expectation counts, and any movement does. */
import {bash, node, python} from '../scripts.ts';
import {type Kind, not, type Situation, STALLS_LATER, STALLS_SOON, type Truth} from '../situation.ts';
import type {Stage} from '../stage.ts';

const LONG = `'"expect_ms":20000'`;
const SOON_CANCELLED = [...STALLS_SOON, '--on-stall', 'cancel'];
const LATER_CANCELLED = [...STALLS_LATER, '--on-stall', 'cancel'];

export const FALSE_STALLS: Kind = {
  title: '3 false stalls',
  situations: [
    expected(
      'in a phase that may be long, and holds one of which nobody said so',
      `r start outer ${LONG}; r start inner`,
    ),
    expected(
      'in a phase of which nobody said so, and holds one that may be long',
      `r start outer; r start inner ${LONG}`,
    ),
    expected(
      'in a phase that may be long, and holds one that may be short',
      `r start outer ${LONG}; r start inner '"expect_ms":50'`,
    ),
    expected(
      'in a phase that may be long, behind one within it',
      `r start outer ${LONG}; r start inner; r done inner`,
    ),
    expected(
      'three phases deep, of which the middle one may be long',
      `r start outer; r start middle ${LONG}; r start inner`,
    ),
    expected(
      'in the second batch, of which the first may be long',
      `r start embed '"batch_index":0,"expect_ms":20000'; r start embed '"batch_index":1'`,
    ),
    expected(
      'where another worker has a phase that may be long',
      `r start outer '"run_id":"a","expect_ms":20000'; r start inner '"run_id":"b"'`,
    ),
    expected(
      'where a worker is complete and the other may be long',
      `r start outer '"run_id":"a","expect_ms":20000'; r start x '"run_id":"b"'; r complete complete '"run_id":"b"'`,
    ),
    {
      ...expected(
        'in a phase that may be long, also for another coordinator',
        `r start outer ${LONG}; r start inner`,
      ),
      alone: true,
      when: async stage => {
        await stage.marked();
        await stage.replaceCoordinator();
        await stage.outlast('1s');
      },
    },
    isStalled('longer than it was expected to be', `r start outer '"expect_ms":600'; r start inner; stand`),
    isStalled('expected to take less than no time', `r start embed '"expect_ms":-5000'; stand`),
    isStalled('expected to take a text', `r start embed '"expect_ms":"20 s"'; stand`),
    isStalled(
      'behind the phase that was expected to be long',
      `r start outer ${LONG}; r done outer; r start embed; stand`,
    ),
    {
      name: 'moves by rewriting its file in place at equal length',
      command: python(`
path = os.environ["STINT_PROGRESS_JSONL"]
for n in range(1000, 9999):
    line = json.dumps({"event": "embed_progress", "phase": "embed", "sub_phase": "progress", "ts_ms": int(time.time() * 1000), "rows_processed": n})
    with open(path, "r+" if os.path.exists(path) else "w") as file: file.write(line + "\\n")
    if n == 1008: mark()
    pause(0.05)`),
      options: LATER_CANCELLED,
      when: outlasted,
      truth: getsOn(),
    },
    {
      name: 'moves by rewriting its file in place at equal length, in Node',
      command: node(`
r('progress', 'embed', {rows_processed: 1000});
const fd = openSync(PATH, 'r+');
for (let n = 1001; ; n++) { writeSync(fd, line('progress', 'embed', {rows_processed: n}), 0); if (n === 1008) mark(); pause(0.05); }`),
      options: LATER_CANCELLED,
      when: outlasted,
      truth: getsOn(),
    },
    {
      name: 'moves by putting another file of equal length in place of its own',
      command: node(`
for (let n = 1001; ; n++) {
  writeFileSync(PATH + '.new', line('progress', 'embed', {rows_processed: n}));
  renameSync(PATH + '.new', PATH); if (n === 1008) mark(); pause(0.05);
}`),
      options: LATER_CANCELLED,
      when: outlasted,
      truth: getsOn(),
    },
    {
      name: 'is stuck where it rewrites its file with the same',
      command: node(`
const same = line('progress', 'embed', {rows_processed: 5});
for (let n = 0; ; n++) { writeFileSync(PATH, same, {flag: n === 0 ? 'w' : 'r+'}); pause(0.05); }`),
      when: stage => stage.recorded('stalled'),
      truth: {listed: {status: 'running', stalled: true, activity: 'stalled'}, says: {ls: [/stalled/]}},
    },
    movesBy('bytes', '"bytes"'),
    movesBy('the number of its last message', '"last_message_id"'),
    movesBy('the number of its last conversation', '"last_conversation_id"'),
    movesBy('conversations in its batch', '"conversations_in_batch"'),
    movesBy('the number of its batch', '"batch_index"'),
    {
      name: 'is stuck, but that is switched off',
      command: bash('r start embed; mark; stand'),
      options: ['--stall-after', '0'],
      when: outlasted,
      truth: {
        listed: {status: 'running', stalled: false, activity: not('stalled', undefined)},
        neverSays: {ls: [/stalled/]},
      },
    },
  ],
};

async function outlasted(stage: Stage): Promise<void> {
  await stage.marked();
  await stage.outlast();
}

function expected(what: string, script: string): Situation {
  return {
    name: `works on ${what}`,
    command: bash(`${script}; mark; stand`),
    options: SOON_CANCELLED,
    when: async stage => {
      await stage.marked();
      await stage.outlast('1s');
    },
    truth: {
      listed: {
        status: 'running',
        stalled: false,
        stalled_secs: null,
        message: null,
        activity: not('stalled', undefined),
      },
      stats: {running: [{stalled: false}]},
      neverSays: {ls: [/stalled|cancel/], status: [/stalled|cancel/]},
    },
  };
}

function isStalled(what: string, script: string): Situation {
  return {
    name: `is stuck, ${what}`,
    command: bash(script),
    when: stage => stage.recorded('stalled'),
    truth: {
      listed: {status: 'running', stalled: true, activity: 'stalled'},
      says: {ls: [/stalled/], status: [/stalled/]},
    },
  };
}

function movesBy(what: string, key: string): Situation {
  return {
    name: `moves by ${what}`,
    command: bash(
      `r start embed; n=0; while :; do n=$((n+1)); r progress embed '${key}:'$n; [ $n = 8 ] && mark; pause 0.05; done`,
    ),
    options: LATER_CANCELLED,
    when: outlasted,
    truth: getsOn(),
  };
}

function getsOn(): Truth {
  return {
    listed: {status: 'running', stalled: false, activity: 'moving', phase: 'embed', message: null},
    neverSays: {ls: [/stalled|cancel/], status: [/stalled|cancel/]},
  };
}
