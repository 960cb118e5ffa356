/** The variables by which a job is somebody's: tests are run by agents as well, and must not be theirs. */
import {KNOWN_AGENTS} from '../whose/known-agents.ts';

export const AGENT_VARIABLES: readonly string[] = [
  'STINT_BY',
  ...KNOWN_AGENTS.flatMap(({variables, session}) => [...variables, ...(session ? [session] : [])]),
];

export function withoutAgents(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !AGENT_VARIABLES.includes(name)));
}
