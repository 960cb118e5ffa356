/** The commands for coding agents. */
import type {CommandText} from '../command.ts';

export const MCP = {
  name: 'mcp',
  summary: 'serve coding agents: a server of the Model Context Protocol on stdin and stdout',
  options: [
    {
      flags: '--directory <directory>',
      description:
        'jobs are run, read and ended only in this directory and below it (repeatable); default: anywhere',
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
  notes: `A client starts it by itself, with this in its configuration:
  {"mcpServers": {"stint": {"command": "stint", "args": ["mcp"]}}}
What it may do is bounded so that mistakes are; it is no sandbox: a job may do all that you may.`,
  examples: [
    ['stint mcp', 'speaks JSON-RPC, so it is of use to programs only'],
    ['stint mcp --directory ~/work --max-jobs 8', 'for agents that work there'],
  ],
} as const satisfies CommandText;

export const AGENT_GUIDE = {
  name: 'agent-guide',
  summary: 'print the text that tells a coding agent when to use stint and how',
  options: [],
  notes:
    'The same text is a skill, skills/stint/SKILL.md in the package, and skill://stint/SKILL.md of the server.',
  examples: [['stint agent-guide >> AGENTS.md', 'for agents that read it from a file']],
} as const satisfies CommandText;
