/** What a program gives of a job, refused in its own words before a coordinator is asked, which has those of the wire. */
import {IF_RUNNING, JOB_OPTIONS, oneOf, StintError} from '../../base/index.ts';
import type {ByteString} from '../../coordinator/domain/index.ts';
import {optionProblem} from '../../coordinator/protocol/index.ts';
import type {GivenJobOptions} from './job-settings.ts';

/** Throws `USAGE` where there is nothing to run, or what is given is neither a text nor texts. */
export function checkCommand(command: unknown): void {
  if (command === undefined || command === null || command === '' || isEmpty(command))
    throw new StintError('USAGE', 'No command was given.', {hint: "For example: ['npm', 'test']"});
  if (typeof command === 'string') return;
  if (!Array.isArray(command) || command.some(word => typeof word !== 'string'))
    throw new StintError('USAGE', 'The command is neither a text nor a list of texts.', {
      hint: "For example: ['npm', 'test']",
    });
}

function isEmpty(command: unknown): boolean {
  return Array.isArray(command) && command.length === 0;
}

/** Throws `USAGE` for an option that cannot be what it is given as. `given` may hold more than options. */
export function checkOptions(given: GivenJobOptions): void {
  for (const {name} of JOB_OPTIONS) {
    const problem = given[name] === undefined ? undefined : optionProblem(name, given[name]);
    if (problem !== undefined) throw new StintError('USAGE', `The option ${name} is not valid: ${problem}.`);
  }
}

/** Throws `USAGE` for what there is not. */
export function checkIfRunning(wish: string | undefined): void {
  oneOf(wish, 'ifRunning', IF_RUNNING);
}

/** `NAME=value` by names. What is undefined is not set. Throws `USAGE` for a name that no variable can have. */
export function variablesOf(
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, ByteString> {
  const set = new Map<string, ByteString>();
  for (const [name, value] of Object.entries(env)) {
    if (name === '' || name.includes('='))
      throw new StintError('USAGE', `'${name}' cannot be the name of a variable.`);
    if (value !== undefined) set.set(name, `${name}=${value}`);
  }
  return set;
}
