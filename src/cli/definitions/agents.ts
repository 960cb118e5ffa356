/** The commands for coding agents. */
import type {CommandText, OptionDefinition} from '../command.ts';
import {JSON_OPTION} from './shared.ts';

export const MCP = {
  name: 'mcp',
  summary: 'serve coding agents: a server of the Model Context Protocol on stdin and stdout',
  options: [
    {
      flags: '--directory <directory>',
      description: 'jobs are run, read and ended only there and below it (repeatable); default: anywhere',
      repeatable: true,
      value: 'directory',
    },
    {
      flags: '--max-jobs <count>',
      description: 'so many jobs that agents started go on at once; more are refused',
      value: 'count',
    },
    {flags: '--read-only', description: 'nothing is run or ended: only looked at'},
  ],
  notes: `A client starts it by itself, with this in its configuration, which stint mcp install writes:
  {"mcpServers": {"stint": {"command": "stint", "args": ["mcp"]}}}
What it may do is bounded so that mistakes are; it is no sandbox: a job may do all that you may.`,
  examples: [
    ['stint mcp', 'speaks JSON-RPC, so it is of use to programs only'],
    ['stint mcp --directory ~/work --max-jobs 8', 'for agents that work there'],
  ],
} as const satisfies CommandText;

/** As people call them: docs/agents.md. */
export const CLIENT_WORDS = ['claude-code', 'codex', 'gemini', 'opencode', 'cursor', 'vscode'] as const;

const CLIENT_OPTIONS = [
  {flags: '--client <client>', description: `one of ${CLIENT_WORDS.join(', ')}`, value: CLIENT_WORDS},
  {flags: '--project', description: 'the file of this project instead of the one for all of yours'},
] as const satisfies readonly OptionDefinition[];

const DRY_RUN = {flags: '--dry-run', description: 'only print what would be changed, as diff does'} as const;

export const MCP_INSTALL = {
  name: 'mcp install',
  summary: 'write into the configuration of a coding agent that it starts stint mcp',
  options: [
    ...CLIENT_OPTIONS,
    {
      flags: '--force',
      description: 'replace an entry of the same name, and make the file where the client is not found',
    },
    DRY_RUN,
    JSON_OPTION,
  ],
  notes: `All else in the file stays as it is, comments too; a link is followed. Where the entry is there already, nothing
is written. Node and stint are written with their whole paths, since a client from the desktop has another PATH
than a shell; with --project, whose file others get as well, it is stint alone.`,
  examples: [
    ['stint mcp install --client claude-code --dry-run', 'what would be written, and where'],
    ['stint mcp install --client codex', 'restart it, and it has the tools'],
    ['stint mcp install --client vscode --project', 'for all who work in this checkout'],
  ],
} as const satisfies CommandText;

export const MCP_UNINSTALL = {
  name: 'mcp uninstall',
  summary: 'take that out again',
  options: [
    ...CLIENT_OPTIONS,
    {flags: '--force', description: 'also an entry of that name which does not start stint'},
    DRY_RUN,
    JSON_OPTION,
  ],
  examples: [['stint mcp uninstall --client codex', 'all else in its configuration stays']],
} as const satisfies CommandText;

export const AGENT_GUIDE = {
  name: 'agent-guide',
  summary: 'print the text that tells a coding agent when to use stint and how',
  options: [],
  notes:
    'The same text is a skill, skills/stint/SKILL.md in the package, and skill://stint/SKILL.md of the server.',
  examples: [['stint agent-guide >> AGENTS.md', 'for agents that read it from a file']],
} as const satisfies CommandText;
