/** Who it is that asks for something now: what `STINT_BY` says, else the client of a server, else the agent that the environment tells. */
import {isPlainPath, StintError} from '../../base/index.ts';
import {byProblem} from '../../coordinator/domain/index.ts';
import {environment, environmentPath} from '../../platform/index.ts';
import {agentIn, agentOfClient} from './known-agents.ts';

const VARIABLE = 'STINT_BY';

/** Null for somebody of whom nothing is known, or who wants to be that: `STINT_BY` is blank. Throws `USAGE` where it is no name. */
export function whoAsks(): string | null {
  const told = textVariable(VARIABLE)?.trim();
  if (told === undefined) return agentAround();
  return told === '' ? null : checkedBy(told, VARIABLE);
}

/** The same of who asks a server of agents: always somebody. `client`: how its program calls itself, if it does. */
export function whoAsksAsClient(client: string | undefined): string {
  const told = textVariable(VARIABLE)?.trim();
  if (told !== undefined && told !== '') return checkedBy(told, VARIABLE);
  return agentOfClient(client ?? '', environment()) ?? agentAround() ?? NAMELESS;
}

/** A client that does not tell its name. */
const NAMELESS = 'mcp';

/** The agent that the environment tells; null where it tells none. */
export function agentAround(): string | null {
  return agentIn(environment()) ?? null;
}

/** Throws `USAGE` for what cannot say whose a job is. `what`: where it was given. */
export function checkedBy(by: string, what: string): string {
  const problem = byProblem(by);
  if (problem === undefined) return by;
  throw new StintError('USAGE', `${what} cannot say whose a job is: ${problem}.`, {
    hint: 'For example: ada, or claude-code/<session>',
  });
}

/** A variable that is shown to people. Throws `USAGE` where it is not UTF-8: another text would be taken. */
export function textVariable(name: string): string | undefined {
  const value = environmentPath(name);
  if (value === undefined || isPlainPath(value)) return value;
  throw new StintError('USAGE', `${name} is not UTF-8: '${value}'.`);
}
