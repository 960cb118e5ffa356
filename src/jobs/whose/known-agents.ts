/**
 * Agents that are known by the variables that they set for what they run, and by the name by which their client of the Model
 * Context Protocol calls itself. Both give the same name, so that an agent is the same one either way. Pure.
 */
import {cutText} from '../../base/index.ts';

interface KnownAgent {
  readonly name: string;
  /** Set for all that it runs; any of them tells. */
  readonly variables: readonly string[];
  /** Tells its session as well. */
  readonly session?: string;
  /** What its client's name is, or begins with before a dash. */
  readonly client: string;
}

/** In this order, where one was started by another. None that an editor sets for a person's terminal as well. */
export const KNOWN_AGENTS: readonly KnownAgent[] = [
  {
    name: 'claude-code',
    variables: ['CLAUDECODE'],
    session: 'CLAUDE_CODE_SESSION_ID',
    client: 'claude-code',
  },
  {
    name: 'codex',
    variables: ['CODEX_THREAD_ID', 'CODEX_SANDBOX', 'CODEX_CI'],
    session: 'CODEX_THREAD_ID',
    client: 'codex',
  },
  {name: 'gemini-cli', variables: ['GEMINI_CLI'], client: 'gemini-cli'},
  {name: 'opencode', variables: ['OPENCODE'], client: 'opencode'},
  {name: 'cursor', variables: ['CURSOR_AGENT'], client: 'cursor'},
];

type Variables = Readonly<Record<string, string | undefined>>;

/** The agent in whose environment this is, with its session where that is told; undefined where none is known. */
export function agentIn(variables: Variables): string | undefined {
  const agent = KNOWN_AGENTS.find(each => each.variables.some(name => isSet(variables[name])));
  return agent && withSession(agent, variables);
}

/** The agent whose client calls itself so; undefined for a name that tells nothing. What cannot stand in a name is left out. */
export function agentOfClient(client: string, variables: Variables): string | undefined {
  const name = cutText(client.replace(/\p{Cc}/gu, ' ').trim(), MOST_NAME).trim();
  const agent = KNOWN_AGENTS.find(each => name === each.client || name.startsWith(`${each.client}-`));
  if (agent === undefined) return name === '' ? undefined : name;
  // Another one may have started it, whose variables are there as well.
  return agent.variables.some(each => isSet(variables[each])) ? withSession(agent, variables) : agent.name;
}

function withSession({name, session}: KnownAgent, variables: Variables): string {
  const id = session === undefined ? undefined : variables[session];
  return id !== undefined && SESSION.test(id) ? `${name}/${id}` : name;
}

/** Any id that an agent gives its sessions; what is none is not told. */
const SESSION = /^[\w.:-]{1,100}$/;

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.trim() !== '';
}

/** Characters: of four bytes each it still fits. */
const MOST_NAME = 48;
