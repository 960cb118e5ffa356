/**
 * Clocks of workers may say anything. What lies outside the life of the job is unknown; that no answer is out of bounds is
 * looked at in every situation (`always.ts`), so here the rest has to be right in spite of the clock.
 */
import {bash, node, python} from '../scripts.ts';
import {
  between,
  Check,
  type Expected,
  type Kind,
  type Situation,
  STALLS_LATER,
  type Truth,
} from '../situation.ts';
import type {Stage} from '../stage.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const CLOCKS: Kind = {
  title: '6 clocks of workers',
  situations: [
    told('in seconds', '$(($(now)/1000))'),
    told('of 1970', '1234'),
    told('of 0', '0'),
    told('before 1970', '-5000000'),
    told('in microseconds', '$(($(now)*1000))'),
    told('in nanoseconds', '$(($(now)*1000000))'),
    told('of 1e300', '1e300'),
    told('an hour ahead', `$(($(now)+${HOUR}))`),
    told('an hour behind', `$(($(now)-${HOUR}))`),
    told('a year ahead', `$(($(now)+${365 * DAY}))`),
    told('a year behind', `$(($(now)-${365 * DAY}))`),
    elapsed('in microseconds', '$(($(now)*1000-begun*1000))'),
    elapsed('of 1e300', '1e300'),
    elapsed('below none', '-4000'),
    elapsed('of three hours', `$((n+${3 * HOUR}))`),
    elapsed('that goes up and down', '$(((n%3)*100))'),
    elapsed('that goes up and down by hours', `$(((n%3)*${HOUR}))`),
    {
      name: 'tells times that go up and down by an hour',
      command: bash(
        `r start embed; n=0; while :; do n=$((n+1)); ts=$(($(now)+(n%3-1)*${HOUR})); rows embed $n 1000; [ $n = 9 ] && mark; pause 0.05; done`,
      ),
      options: STALLS_LATER,
      truth: getsOn(),
    },
    {
      name: 'tells its first time in seconds and the others in milliseconds',
      command: bash('ts=$(($(now)/1000)); r start embed; unset ts; moves embed 0 20000'),
      options: STALLS_LATER,
      truth: getsOn(20_000),
    },
    {
      name: 'tells its first time a year ahead and the others rightly',
      command: bash(`ts=$(($(now)+${365 * DAY})); r start embed; unset ts; moves embed 0 20000`),
      options: STALLS_LATER,
      truth: getsOn(20_000),
    },
    {
      name: 'has a clock that is put back by an hour on the way, in Node',
      command: node(`
r('start', 'embed');
for (let n = 1; ; n++) { r('progress', 'embed', {rows_processed: n, rows_total: 1000, ts_ms: Date.now() - (n > 5 ? ${HOUR} : 0)}); if (n === 9) mark(); pause(0.05); }`),
      options: STALLS_LATER,
      truth: getsOn(),
    },
    {
      name: 'has two workers whose clocks are hours apart, in Python',
      command: python(`
n = 0
r("start", "embed", pid=1)
while True:
    n += 1
    r("progress", "embed", pid=1, run_id="a", rows_processed=n, rows_total=1000)
    r("progress", "embed", pid=2, run_id="a", rows_processed=n, rows_total=1000, ts_ms=int(time.time() * 1000) + 2 * ${HOUR})
    if n == 9: mark()
    pause(0.05)`),
      options: STALLS_LATER,
      truth: getsOn(),
    },
    over('in seconds', 'ts=$(($(now)/1000))'),
    over('that jump from seconds to milliseconds', 'ts=$(($(now)/1000))', 'unset ts'),
    over('that jump by an hour', 'ts=$(now)', `ts=$(($(now)+${HOUR}))`),
    over('that jump back by an hour', 'ts=$(now)', `ts=$(($(now)-${HOUR}))`),
    {
      name: 'ended, with its elapsed time in microseconds, and its statistics are of seconds',
      command: bash(`
begun=$(now); e() { r $1 $2 '"elapsed_ms":'$((($(now)-begun)*1000)); }
e start embed; pause 0.3; e done embed; e complete complete`),
      when: stage => stage.recorded('closed'),
      truth: isOver(),
    },
  ],
};

function getsOn(total = 1000): Truth {
  return {
    listed: {
      status: 'running',
      phase: 'embed',
      rows_processed: between(1, 20_000),
      rows_total: total,
      stalled: false,
      activity: 'moving',
    },
    report: {runs: shortIfKnown()},
    stats: {running: [{phase: 'embed', stalled: false}]},
    says: {ls: [/embed/], status: [/embed/], report: [/embed/]},
    neverSays: farTimes(),
  };
}

/** No time that is told of a phase is longer than the job. */
function shortIfKnown(): Check {
  return new Check('runs of seconds or of unknown length', value => {
    if (!Array.isArray(value)) return false;
    const open = (value as {open?: {open_ms?: unknown}[]}[]).flatMap(run => run.open ?? []);
    return (
      value.length > 0 &&
      open.every(({open_ms: ms}) => ms === null || (typeof ms === 'number' && ms >= 0 && ms < 60_000))
    );
  });
}

function farTimes(): NonNullable<Truth['neverSays']> {
  const far = [/\b\d+(h|d|y)\b/, /\b(19[0-9]{2})-/];
  return {ls: far, status: far, report: far, stats: far};
}

/** `at`: what its `ts_ms` tells, in words of bash. */
function told(what: string, at: string): Situation {
  return {
    name: `tells times ${what}`,
    command: bash(
      `ts=${at}; r start embed; n=0; while :; do n=$((n+1)); ts=${at}; rows embed $n 1000; [ $n = 8 ] && mark; pause 0.05; done`,
    ),
    options: STALLS_LATER,
    truth: getsOn(),
  };
}

function elapsed(what: string, value: string): Situation {
  return {
    name: `tells an elapsed time ${what}`,
    command: bash(`
begun=$(now); n=0
r start embed '"elapsed_ms":0'
while :; do n=$((n+1)); r progress embed '"rows_total":1000,"rows_processed":'$n',"elapsed_ms":'${value}; [ $n = 9 ] && mark; pause 0.05; done`),
    options: STALLS_LATER,
    truth: getsOn(),
  };
}

function isOver(): Truth {
  const phases: Expected = new Check(
    'embed, in seconds or unknown',
    value =>
      Array.isArray(value) &&
      value.every(({secs}: {secs: {max?: number} | null}) => secs === null || (secs.max ?? 0) < 60),
  );
  return {
    listed: {status: 'completed', duration_secs: between(0.2, 20)},
    stats: {phases},
    neverSays: farTimes(),
  };
}

/** Ended, with such a clock at the start of its phase and at the end. */
function over(what: string, first: string, then = first): Situation {
  return {
    name: `ended, with times ${what}, and its statistics are of seconds`,
    command: bash(`${first}; r start embed; pause 0.3; ${then}; r done embed; r complete complete`),
    when: (stage: Stage) => stage.recorded('closed'),
    truth: isOver(),
  };
}
