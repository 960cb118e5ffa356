/** What was told rightly from the beginning, and has to stay so. */
import {join} from 'node:path';

import {untilCounted} from '../../support/coordinator.ts';
import {bringUp} from '../../support/killer.ts';
import {STINT} from '../../support/sandbox.ts';
import {bash, node, python} from '../scripts.ts';
import {
  between,
  Check,
  every,
  type Kind,
  known,
  not,
  oneOf,
  PATIENT,
  STALLS_LATER,
  type Truth,
  text,
} from '../situation.ts';
import type {Stage} from '../stage.ts';

const LIBRARY = join(STINT, '..', '..', 'dist', 'lib', 'progress.js');

export const HELD_ALREADY: Kind = {
  title: '9 held already',
  situations: [
    {
      name: 'moves, and its coordinator is killed',
      command: bash('r start embed; moves embed 0 10000'),
      options: STALLS_LATER,
      alone: true,
      when: async stage => {
        await stage.marked();
        await stage.killCoordinator();
      },
      truth: getsOn(),
    },
    {
      name: 'moves, and its coordinator is replaced three times',
      command: bash('r start embed; moves embed 0 10000'),
      options: STALLS_LATER,
      alone: true,
      when: async stage => {
        await stage.marked();
        for (let time = 0; time < 3; time++) await stage.replaceCoordinator();
      },
      truth: getsOn(),
    },
    {
      name: 'is stuck only for the next coordinator',
      command: bash('r start embed; mark; stand'),
      options: ['--stall-after', '1s'],
      alone: true,
      when: async stage => {
        await stage.marked();
        await stage.replaceCoordinator();
        await stage.recorded('stalled');
      },
      truth: {listed: {stalled: true, activity: 'stalled', phase: 'embed'}, says: {ls: [/stalled/]}},
    },
    {
      name: 'ended between two coordinators',
      command: bash('r start embed; r done embed; mark; hold; r complete complete; mark ended; exit 5'),
      alone: true,
      when: async stage => {
        await stage.marked();
        await stage.killCoordinator();
        await stage.open();
        await stage.marked('ended');
        await bringUp(stage.sandbox);
        await stage.recorded('closed');
      },
      truth: {
        listed: {status: 'failed', exit_code: 5, stalled: false},
        report: {runs: [{outcome: 'complete'}]},
      },
    },
    {
      name: 'reports in the format of cass',
      command: python(`
path = os.environ["CASS_SEMANTIC_PROGRESS_JSONL"]
def tell(event, phase, sub_phase, **more):
    record = {"schema": "cass.semantic.progress.v1", "event": event, "phase": phase, "sub_phase": sub_phase, "ts_ms": int(time.time() * 1000), "tier": "quality", "embedder_id": "minilm-384"}
    with open(path, "a") as file: file.write(json.dumps({**record, **more}) + "\\n")
tell("selection_start", "selection", "start", rows_total=640)
tell("selection_done", "selection", "done", rows_total=640, conversations_in_batch=5)
tell("packet_replay_start", "packet_replay", "start", conversations_in_batch=5)
tell("packet_replay_done", "packet_replay", "done", rows_processed=640)
for n in range(9999):
    tell("embed_batch_start", "embed", "start", batch_index=n, batch_rows=64, rows_processed=n, rows_total=64000)
    tell("embed_batch_done", "embed", "done", batch_index=n, batch_rows=64, rows_processed=n + 1, rows_total=64000)
    if n == 8: mark()
    pause(0.05)`),
      options: STALLS_LATER,
      truth: {
        listed: {
          status: 'running',
          stalled: false,
          activity: 'moving',
          phase: 'embed',
          rows_total: 64_000,
          rows_processed: between(8, 9999),
        },
        report: {
          runs: [{schema: 'cass.semantic.progress.v1', labels: {tier: 'quality', embedder_id: 'minilm-384'}}],
        },
        says: {report: [/quality/]},
      },
    },
    {
      name: 'reports by the sink of the library, in Node',
      command: [
        process.execPath,
        '--input-type=module',
        '-e',
        `import {openProgressSink} from ${JSON.stringify(LIBRARY)};
import {readFileSync, writeFileSync} from 'node:fs';
const sink = openProgressSink({labels: {}});
sink.emit('embed_start', {phase: 'embed', sub_phase: 'start'});
sink.emit('embed_progress', {phase: 'embed', sub_phase: 'progress', rows_processed: 3, rows_total: 10});
writeFileSync('ready', ''); readFileSync('never');`,
      ],
      options: PATIENT,
      truth: {listed: {phase: 'embed', rows_processed: 3, rows_total: 10, stalled: false}},
    },
    {
      name: 'reports by commands of a shell',
      command: bash(
        `s() { "${process.execPath}" "${STINT}" progress emit "$@"; }; s embed_start && s embed_progress --rows 3/10 && mark; stand`,
      ),
      options: PATIENT,
      truth: {listed: {phase: 'embed', rows_processed: 3, rows_total: 10, stalled: false}},
    },
    {
      name: 'has two phases that are equally long',
      command: bash(
        'r start load; pause 0.4; r done load; r start embed; pause 0.4; r done embed; r complete complete',
      ),
      when: stage => stage.recorded('closed'),
      truth: {
        report: {
          runs: [
            {
              outcome: 'complete',
              unclaimed_share: between(0, 0.2),
              phases: [
                {phase: 'load', share: between(0.35, 0.65)},
                {phase: 'embed', share: between(0.35, 0.65)},
              ],
            },
          ],
        },
        stats: {
          phases: every(
            'phases with half the time',
            ({share}) => typeof share === 'number' && share > 0.35 && share < 0.65,
          ),
        },
      },
    },
    {
      name: 'has time in which no phase is open',
      command: bash(
        'r start load; pause 0.3; r done load; pause 0.3; r start embed; pause 0.3; r done embed; r complete complete',
      ),
      when: stage => stage.recorded('closed'),
      truth: {
        report: {
          runs: [
            {
              unclaimed_share: between(0.2, 0.45),
              unclaimed_between: [{after: 'load', before: 'embed', count: 1}],
            },
          ],
        },
        says: {report: [/no phase/]},
      },
    },
    {
      name: 'waits for its turn',
      command: bash('stand'),
      alone: true,
      before: async stage => {
        await stage.sandbox.ok(['parallel', '1'], stage.runOptions);
        await stage.submit(bash('mark first; stand'), STALLS_LATER, 'first');
        await stage.marked('first');
      },
      when: stage => untilCounted(stage.sandbox, {queued: 1}),
      truth: {
        listed: {
          status: 'queued',
          activity: null,
          stalled: false,
          started_at: null,
          finished_at: null,
          duration_secs: null,
          phase: null,
          queue_position: 1,
        },
        neverSays: {status: [/stalled|moving/]},
      },
    },
    {
      name: 'never reports and is silent',
      command: bash('mark; stand'),
      when: outlasted,
      truth: {
        listed: {
          status: 'running',
          stalled: false,
          activity: oneOf('quiet', null),
          phase: null,
          rows_processed: null,
          quiet_secs: between(0.3, 60),
        },
        neverSays: {ls: [/stalled/]},
      },
    },
    {
      name: 'never reports and prints',
      command: python('mark()\nn = 0\nwhile True: n += 1; print("line", n, flush=True); pause(0.05)'),
      options: STALLS_LATER,
      when: outlasted,
      truth: {
        listed: {
          status: 'running',
          stalled: false,
          activity: not('stalled', undefined),
          quiet_secs: between(0, 1.5),
        },
      },
    },
    {
      name: 'reports and ends well',
      command: node(
        `r('start', 'embed'); r('progress', 'embed', {rows_processed: 10, rows_total: 10}); r('done', 'embed'); r('complete', 'complete')`,
      ),
      when: stage => stage.recorded('closed'),
      truth: {
        listed: {
          status: 'completed',
          exit_code: 0,
          activity: null,
          stalled: false,
          rows_processed: 10,
          rows_total: 10,
          finished_at: known,
        },
        report: {runs: [{outcome: 'complete', open: every('none', () => false)}]},
      },
    },
    {
      name: 'reports an error and fails',
      command: bash(`r start embed; r error error '"error":"no room"'; exit 9`),
      when: stage => stage.recorded('closed'),
      truth: {
        listed: {status: 'failed', exit_code: 9},
        report: {runs: [{outcome: 'error', error: 'no room'}]},
        says: {report: [/no room/]},
      },
    },
    {
      name: 'is cancelled, and says so',
      command: bash('r start embed; mark; stand'),
      options: PATIENT,
      when: async stage => {
        await stage.marked();
        await stage.sandbox.ok(['cancel', 'job'], stage.runOptions);
        await stage.recorded('closed');
      },
      truth: {
        listed: {
          status: 'cancelled',
          activity: null,
          stalled: false,
          finished_at: known,
          signal: text(/TERM|KILL/),
        },
      },
    },
    {
      name: 'has a byte order mark and a torn last line',
      command: bash(
        `printf '\\xef\\xbb\\xbf' > "$STINT_PROGRESS_JSONL"; r start embed; rows embed 5 10; printf '{"event":"embed_pro' >> "$STINT_PROGRESS_JSONL"; mark; stand`,
      ),
      options: PATIENT,
      truth: {listed: {phase: 'embed', rows_processed: 5, rows_total: 10}, report: {records: 2}},
    },
    {
      name: 'has phases that overlap',
      command: bash('r start load; r start embed; pause 0.3; r done load; pause 0.3; mark; stand'),
      options: PATIENT,
      truth: {
        listed: {phase: 'embed'},
        report: {
          runs: [
            {
              phases: [
                {phase: 'load', count: 1, share: lessThanAll()},
                {phase: 'embed', count: 0},
              ],
              open: [{phase: 'embed', open_ms: between(500, 20_000)}],
            },
          ],
        },
      },
    },
  ],
};

async function outlasted(stage: Stage): Promise<void> {
  await stage.marked();
  await stage.outlast();
}

function getsOn(): Truth {
  return {
    listed: {
      status: 'running',
      stalled: false,
      activity: 'moving',
      phase: 'embed',
      rows_total: 10_000,
      eta_secs: known,
    },
    stats: {running: [{stalled: false, phase: 'embed'}]},
    neverSays: {ls: [/stalled/], status: [/stalled/]},
  };
}

function lessThanAll(): Check {
  return new Check('a share below 1', value => typeof value === 'number' && value > 0 && value < 0.95);
}
