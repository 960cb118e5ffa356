/** What `cancel` and `shutdown` say of the jobs that were to end: how they did, and what is left of them. */
import type {Cancelled, Outcome} from '../coordinator/client/index.ts';
import {EXIT} from './exit-codes.ts';
import {outcomeText} from './outcome.ts';
import {visible} from './output/visible.ts';
import {out, say} from './output/write.ts';

type Left = NonNullable<Outcome['left']>[number];

/** Of jobs that were waited for. The exit code is 1 when something that was found of them is left. */
export function reportCancelled(
  {count, names}: Cancelled,
  outcomes: readonly Outcome[],
  asJson: boolean,
): number {
  if (asJson) out(`${JSON.stringify({count, names, jobs: outcomes.map(jsonOf)})}\n`);
  else {
    for (const outcome of outcomes) say(endText(outcome, names.includes(nameOf(outcome))));
    if (outcomes.length === 0) say('there was nothing to cancel');
    sayLeft(outcomes.flatMap(({left = []}) => left));
    sayUnseen(outcomes);
  }
  return outcomes.some(({left = []}) => left.length > 0) ? EXIT.failed : EXIT.done;
}

/** Of jobs that are not waited for. The exit code is 1 when some of their processes may not be signalled. */
export function reportTold({count, names, refused = []}: Cancelled, asJson: boolean): number {
  if (asJson) {
    const told = {count, names, jobs: [], ...(refused.length === 0 ? {} : {refused})};
    out(`${JSON.stringify(told)}\n`);
  } else {
    say(count === 0 ? 'there was nothing to cancel' : `told to end: ${names.join(', ')}`);
    sayLeft(refused.map(each => ({...each, reason: 'not_permitted'})));
  }
  return refused.length > 0 ? EXIT.failed : EXIT.done;
}

/** A line for each process that could not be ended. */
export function sayLeft(left: readonly Left[]): void {
  for (const {pid, command, reason} of left) {
    const named = `process ${pid} (${visible(command)})`;
    if (reason === 'not_permitted')
      say(`${named} goes on: it is another user's and may not be signalled. As that user: kill ${pid}`);
    else say(`${named} is still there, although it was killed: the system does not let it end`);
  }
}

function sayUnseen(outcomes: readonly Outcome[]): void {
  const unseen = new Set(outcomes.map(each => each.unseen));
  if (unseen.has('everything'))
    say(
      'whether a process is left could not be looked up: this system does not tell who uses a file (no lsof)',
    );
  else if (unseen.has('other_users'))
    say('processes of other users could not be looked at, so whether one of them is left is not known');
}

function endText(outcome: Outcome, wasTold: boolean): string {
  if (outcome.status === 'cancelling') return `${outcome.name} has not ended`;
  return wasTold ? outcomeText(outcome) : `${outcome.name} is ${outcome.status} already`;
}

function nameOf({invocation, name}: Outcome): string {
  return `${invocation}:${name}`;
}

function jsonOf({invocation, name, status, exit_code, left, unseen}: Outcome) {
  return {
    invocation_id: invocation,
    name,
    status,
    exit_code,
    ...(left === undefined ? {} : {left}),
    ...(unseen === undefined ? {} : {unseen}),
  };
}
