/** How and when a job ended is told where it is known, with bounds where only these are, and never before it has ended. */
import {rmSync} from 'node:fs';

import {until} from '../../support/sandbox.ts';
import {bash, node, python} from '../scripts.ts';
import {
  between,
  Check,
  every,
  type Kind,
  known,
  not,
  oneOf,
  type Situation,
  STALLS_LATER,
  type Truth,
  text,
  unknown,
} from '../situation.ts';
import type {Stage} from '../stage.ts';

export const ENDS: Kind = {
  title: '4 ends',
  situations: [
    mayStillRun('and its command works on, silent', bash('r start embed; mark; stand; :')),
    mayStillRun(
      'and its command works on and prints',
      bash('r start embed; mark; n=0; while :; do echo $((n++)); pause 0.05; done'),
    ),
    mayStillRun(
      'and its command works on with its output closed',
      bash('exec >/dev/null 2>&1; mark; stand; :'),
    ),
    mayStillRun('and its command works on, in Python', python('r("start", "embed"); mark(); stand()')),
    mayStillRun(
      'and what works on has a session of its own',
      bash(`setsid bash -c ': > ready; exec 9<>never; read -r -u 9' & wait; :`),
    ),
    {
      name: 'whose wrapper is killed while no coordinator lives may still run',
      command: bash('r start embed; mark; stand; :'),
      alone: true,
      when: async stage => {
        await stage.marked();
        await stage.killCoordinator();
        await stage.killWrapper();
      },
      truth: mayRun(),
    },
    {
      name: 'that was killed with all it ran has no code, and an end that is not guessed',
      command: bash('r start embed; mark; stand'),
      when: async stage => {
        await stage.marked();
        await stage.killAll();
        await stage.recorded('crashed');
      },
      truth: {
        listed: {
          status: 'crashed',
          exit_code: null,
          message: text(/known|killed/),
          activity: null,
          stalled: false,
        },
        report: {runs: every('runs that do not run', ({outcome}) => outcome !== 'running')},
        neverSays: {report: [/\brunning\b|open now/]},
      },
    },
    {
      name: 'that was killed with all it ran while no coordinator lived ended between two moments',
      command: bash('r start embed; mark; stand'),
      alone: true,
      when: async stage => {
        await stage.marked();
        await stage.killCoordinator();
        await stage.killAll();
        stage.touch('.', 3_600_000);
        await stage.sandbox.ok(['ls'], stage.runOptions);
        await stage.recorded('crashed');
      },
      truth: ({begunAt}) => ({
        listed: {
          status: 'crashed',
          finished_at: null,
          duration_secs: null,
          exit_code: null,
          ended_between: [at(begunAt - 1000, Date.now()), at(begunAt - 1000, Date.now())],
        },
      }),
    },
    endedUnseen('with 0', 'exit 0', {status: 'completed', exit_code: 0}),
    endedUnseen('with 3', 'exit 3', {status: 'failed', exit_code: 3}),
    {
      ...endedUnseen('with 0', 'exit 0', {status: 'completed', exit_code: 0}),
      name: 'that ended while no coordinator lived, and whose directory is dated ahead, has its true end',
      when: stage => unseenEnd(stage, () => stage.touch('.', 3_600_000)),
    },
    {
      name: 'with much output that nobody had read at its end has its true end',
      command: bash(`mark; hold; head -c 60000000 /dev/zero | tr '\\0' x | fold -w 60000; mark ended`),
      alone: true,
      when: async stage => {
        await stage.marked();
        const pid = await stage.coordinatorPid();
        process.kill(pid, 'SIGSTOP');
        try {
          await stage.open();
          await stage.marked('ended');
          await laterThan(stage.markedAt('ended') + 2000);
        } finally {
          process.kill(pid, 'SIGCONT');
        }
        await stage.recorded('finished');
      },
      truth: stage => ({listed: {status: 'completed', exit_code: 0, finished_at: near(stage, 'ended')}}),
    },
    {
      name: 'with so many lines at its end that they take a while to be recorded has its true end',
      command: bash("head -c 40000000 /dev/zero | tr '\\0' x | fold -w 200; mark ended"),
      alone: true,
      when: stage => stage.recorded('finished'),
      truth: stage => ({listed: {status: 'completed', exit_code: 0, finished_at: near(stage, 'ended')}}),
    },
    {
      name: 'that was ended for a stall and exits with 0 keeps the reason',
      command: bash(`trap 'exit 0' TERM; r start embed; stand`),
      options: ['--stall-after', '300ms', '--on-stall', 'cancel'],
      when: stage => stage.recorded('finished'),
      truth: {
        listed: {status: oneOf('completed', 'cancelled'), exit_code: 0, message: text(/stalled/)},
        says: {status: [/stalled/]},
      },
    },
    {
      name: 'that was ended for a stall and dies of it keeps the reason',
      command: bash('r start embed; stand'),
      options: ['--stall-after', '300ms', '--on-stall', 'cancel'],
      when: stage => stage.recorded('finished'),
      truth: {
        listed: {status: 'cancelled', message: text(/stalled.*embed/)},
        report: {runs: every('runs that do not run', ({outcome}) => outcome !== 'running')},
        says: {status: [/stalled/]},
      },
    },
    {
      name: 'that is being ended for a stall shows the stall and the reason',
      command: bash(`trap '' TERM; r start embed; stand; while :; do pause 1; done`),
      options: ['--stall-after', '300ms', '--on-stall', 'cancel'],
      when: stage => stage.recorded('cancelling'),
      truth: {
        listed: {status: 'cancelling', stalled: true, message: text(/stalled/), finished_at: null},
        says: {ls: [/stalled/], status: [/stalled/]},
      },
    },
    openAtEnd('that completed', 'exit 0', {status: 'completed', exit_code: 0}),
    openAtEnd('that failed', 'exit 7', {status: 'failed', exit_code: 7}),
    {
      name: 'that completed and left a run open, in Node, is nowhere running',
      command: node(
        `r('start', 'embed', {run_id: 'a'}); r('start', 'load', {run_id: 'b'}); r('complete', 'complete', {run_id: 'a'})`,
      ),
      when: stage => stage.recorded('closed'),
      truth: notRunning({status: 'completed'}),
    },
    {
      name: 'that ended while somebody looked has its end and its length',
      command: bash('r start embed; r done embed; r complete complete; mark ended'),
      when: stage => stage.recorded('finished'),
      truth: stage => ({
        listed: {
          status: 'completed',
          exit_code: 0,
          ended_between: unknown,
          finished_at: near(stage, 'ended'),
          duration_secs: between(0, 5),
        },
      }),
    },
    {
      name: 'whose directory is gone before its start is recorded has an end that nobody knows',
      command: bash('stand'),
      alone: true,
      before: async stage => {
        await stage.sandbox.ok(['parallel', '1'], stage.runOptions);
        await stage.submit(bash('mark first; stand'), []);
        await stage.marked('first');
      },
      when: async stage => {
        await stage.killCoordinator();
        rmSync(stage.directory, {recursive: true});
        await stage.sandbox.ok(['ls'], stage.runOptions);
        await stage.recorded('closed');
      },
      truth: {
        listed: {
          status: 'crashed',
          started_at: null,
          finished_at: null,
          ended_between: null,
          duration_secs: null,
          exit_code: null,
          message: text(/directory is gone/),
        },
        says: {status: [/finished +unknown/]},
      },
    },
    {
      name: 'that killed itself has the code of that',
      command: bash('kill -9 $$'),
      when: stage => stage.recorded('finished'),
      truth: {listed: {status: 'failed', exit_code: 137, finished_at: known, activity: null}},
    },
  ],
};

function mayRun(): Truth {
  return {
    listed: {
      status: not('completed', 'failed', 'cancelled', undefined),
      finished_at: null,
      duration_secs: null,
      exit_code: null,
      message: text(/(may|might|perhaps|still|goes on|works on).*/i),
      leftovers: new Check('its processes', value => Array.isArray(value) && value.length > 0),
    },
    says: {status: [/still run|may run|goes on|go on|works on|still there/i]},
    neverSays: {status: [/^ {2}(finished|took) +\d/m]},
  };
}

function mayStillRun(what: string, command: readonly string[]): Situation {
  return {
    name: `whose wrapper is killed ${what} may still run`,
    command,
    when: async stage => {
      await stage.marked();
      await stage.killWrapper();
      await until(() => stage.events().length > 1, 20_000).catch(() => undefined); // told, or kept as it was
    },
    truth: mayRun(),
  };
}

/** Ends with no coordinator there; asked a good while later. */
function endedUnseen(
  what: string,
  exit: string,
  truth: {readonly status: string; readonly exit_code: number},
): Situation {
  return {
    name: `that ended ${what} while no coordinator lived has its true end`,
    command: bash(`r start embed; mark; hold; mark ended; ${exit}`),
    alone: true,
    when: stage => unseenEnd(stage),
    truth: stage => ({
      listed: {
        ...truth,
        finished_at: near(stage, 'ended'),
        ended_between: unknown,
        activity: null,
      },
    }),
  };
}

async function unseenEnd(stage: Stage, act: () => void = () => undefined): Promise<void> {
  await stage.marked();
  await stage.killCoordinator();
  await stage.open();
  await stage.marked('ended');
  await until(() => /^\d+ [.]/.test(stage.readFile('exit')));
  await laterThan(stage.markedAt('ended') + 2000);
  act();
  await stage.sandbox.ok(['ls'], stage.runOptions);
  await stage.recorded('finished');
}

function openAtEnd(
  what: string,
  exit: string,
  truth: {readonly status: string; readonly exit_code: number},
): Situation {
  return {
    name: `${what} and left a phase open is nowhere running`,
    command: bash(`r start embed; rows embed 3 10; ${exit}`),
    options: STALLS_LATER,
    when: stage => stage.recorded('closed'),
    truth: notRunning(truth),
  };
}

function notRunning(listed: {readonly status: string}): Truth {
  return {
    listed: {...listed, activity: null, stalled: false, eta_secs: null, rows_per_sec: null},
    report: {
      runs: every(
        'runs that do not run',
        ({outcome}) => typeof outcome === 'string' && outcome !== 'running',
      ),
    },
    stats: {running: every('none', () => false)},
    neverSays: {report: [/\brunning\b|open now/], stats: [/\brunning\b/], ls: [/\brunning\b/]},
  };
}

/** Time passes, and nothing else happens. */
async function laterThan(at: number): Promise<void> {
  await until(() => Date.now() > at);
}

/** The moment at which the script marked this, and hardly later. */
function near(stage: Stage, mark: string): Check {
  const marked = stage.markedAt(mark);
  return at(marked - 100, marked + 700);
}

function at(from: number, to: number): Check {
  const words = `between ${new Date(from).toISOString()} and ${new Date(to).toISOString()}`;
  return new Check(
    words,
    value => typeof value === 'string' && Date.parse(value) >= from && Date.parse(value) <= to,
  );
}
