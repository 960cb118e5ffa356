/** What `cancel` and `shutdown` say of the jobs that were to end: how they did, and what is left of them. */
import {counted, plural, stringifyWellFormed, visible} from '../../base/index.ts';
import type {Cancelled, Outcome} from '../../coordinator/client/index.ts';
import type {Answers} from '../command.ts';
import {EXIT} from '../exit-codes.ts';
import {say} from '../output/write.ts';
import {outcomeText} from '../waiting/outcome.ts';

/** Between TERM and KILL. */
export const DEFAULT_GRACE_MS = 10_000;

type Left = NonNullable<Outcome['left']>[number];

/** Quiet: only what could not be done is said. */
export type Manner = 'json' | 'words' | 'quiet';

/** Of jobs that were waited for. The exit code is 1 when something that was found of them is left, or runs elsewhere. */
export function reportCancelled(
  {count, names, elsewhere = [], others = [], unsure = []}: Cancelled,
  outcomes: readonly Outcome[],
  manner: Manner,
  answers: Answers,
): number {
  const left = outcomes.flatMap(each => each.left ?? []);
  if (manner === 'json') {
    const told = {count, names, jobs: outcomes.map(jsonOf), ...leftAlone({elsewhere, others, unsure})};
    answers.write(`${stringifyWellFormed(told)}\n`, toldText(count));
  } else {
    if (manner === 'words') {
      for (const outcome of outcomes) say(endText(outcome, names.includes(nameOf(outcome))));
      if (outcomes.length === 0 && elsewhere.length + others.length + unsure.length === 0)
        say('there was nothing to cancel');
    }
    sayLeft(left);
    sayUnseen(outcomes);
  }
  sayElsewhere(elsewhere);
  sayOthers(others);
  sayUnsure(unsure);
  return left.length + elsewhere.length + unsure.length > 0 ? EXIT.failed : EXIT.done;
}

/** Of jobs that are not waited for. The exit code is 1 when some of their processes may not be signalled, or run elsewhere. */
export function reportTold(
  {count, names, refused = [], elsewhere = [], others = [], unsure = []}: Cancelled,
  manner: Manner,
  answers: Answers,
): number {
  if (manner === 'json') {
    const more = {...(refused.length === 0 ? {} : {refused}), ...leftAlone({elsewhere, others, unsure})};
    answers.write(`${stringifyWellFormed({count, names, jobs: [], ...more})}\n`, toldText(count));
  } else {
    if (manner === 'words' && count > 0) say(`told to end: ${names.join(', ')}`);
    else if (manner === 'words' && elsewhere.length + others.length + unsure.length === 0)
      say('there was nothing to cancel');
    sayLeft(refused.map(each => ({...each, reason: 'not_permitted'})));
  }
  sayElsewhere(elsewhere);
  sayOthers(others);
  sayUnsure(unsure);
  return refused.length + elsewhere.length + unsure.length > 0 ? EXIT.failed : EXIT.done;
}

type LeftAlone = {
  readonly [Name in 'elsewhere' | 'others' | 'unsure']: NonNullable<Cancelled[Name]>;
};

/** Those of which there are any. */
function leftAlone({elsewhere, others, unsure}: LeftAlone): Partial<LeftAlone> {
  return {
    ...(elsewhere.length === 0 ? {} : {elsewhere}),
    ...(others.length === 0 ? {} : {others}),
    ...(unsure.length === 0 ? {} : {unsure}),
  };
}

function toldText(count: number): string {
  return `${counted(count, 'job')} ${plural(count, 'was', 'were')} told to end`;
}

function sayElsewhere(elsewhere: NonNullable<Cancelled['elsewhere']>): void {
  for (const {name, where} of elsewhere) say(`${name} runs ${where} and was left alone`);
}

/** That is no failure: all jobs are those of who asks. */
function sayOthers(others: NonNullable<Cancelled['others']>): void {
  for (const {name, by} of others)
    say(`${name} was left alone, because ${by ?? 'somebody else'} started it (--others ends it as well)`);
}

function sayUnsure(unsure: NonNullable<Cancelled['unsure']>): void {
  for (const {name, reason} of unsure)
    say(`${name} was left alone, because its worktree may not be gone: ${reason}`);
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

export function sayUnseen(outcomes: readonly Pick<Outcome, 'unseen'>[]): void {
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
