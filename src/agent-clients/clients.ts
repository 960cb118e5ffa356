/** The clients that can be told of stint's server: where each keeps its configuration, and what it wants to be told. */
import {join} from 'node:path';

import type {Place} from './documents/document.ts';
import type {Entry, Start} from './entry.ts';

export const CLIENT_NAMES = ['claude-code', 'codex', 'gemini', 'opencode', 'cursor', 'vscode'] as const;
export type ClientName = (typeof CLIENT_NAMES)[number];

export interface Client {
  /** As people call it. */
  readonly title: string;
  /** Its program: whether that is in the PATH tells, with its directories, whether the client is here. */
  readonly program: string;
  readonly language: 'json' | 'toml';
  readonly place: Place;
  readonly entry: (start: Start) => Entry;
  /** Its files for all projects. The first one that is there counts, else the first. */
  readonly ownFiles: (homes: Homes) => readonly string[];
  /** What is there where the client was ever used. */
  readonly traces: (homes: Homes) => readonly string[];
  /** Its files for one project, below the project's directory; likewise. */
  readonly projectFiles: readonly string[];
}

/** From where configurations are looked for. */
export interface Homes {
  readonly home: string;
  /** `$XDG_CONFIG_HOME`, else `~/.config`. */
  readonly config: string;
  /** `$CLAUDE_CONFIG_DIR` and `$CODEX_HOME`, where they are set. */
  readonly claude: string | undefined;
  readonly codex: string | undefined;
  readonly platform: NodeJS.Platform;
}

export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  'claude-code': {
    title: 'Claude Code',
    program: 'claude',
    language: 'json',
    place: {servers: 'mcpServers', name: 'stint'},
    entry: commandAndArguments,
    ownFiles: ({home, claude}) => [join(claude ?? home, '.claude.json')],
    traces: ({home, claude}) => [claude ?? join(home, '.claude')],
    projectFiles: ['.mcp.json'],
  },
  codex: {
    title: 'Codex',
    program: 'codex',
    language: 'toml',
    place: {servers: 'mcp_servers', name: 'stint'},
    entry: commandAndArguments,
    ownFiles: homes => [join(codexHome(homes), 'config.toml')],
    traces: homes => [codexHome(homes)],
    projectFiles: ['.codex/config.toml'],
  },
  gemini: {
    title: 'Gemini CLI',
    program: 'gemini',
    language: 'json',
    place: {servers: 'mcpServers', name: 'stint'},
    entry: commandAndArguments,
    ownFiles: ({home}) => [join(home, '.gemini', 'settings.json')],
    traces: ({home}) => [join(home, '.gemini')],
    projectFiles: ['.gemini/settings.json'],
  },
  opencode: {
    title: 'OpenCode',
    program: 'opencode',
    language: 'json',
    place: {servers: 'mcp', name: 'stint'},
    entry: ({command, args, env}) => ({
      type: 'local',
      command: [command, ...args],
      ...(isEmpty(env) ? {} : {environment: env}),
      enabled: true,
    }),
    ownFiles: ({config}) => ['opencode.json', 'opencode.jsonc'].map(name => join(config, 'opencode', name)),
    traces: ({config}) => [join(config, 'opencode')],
    projectFiles: ['opencode.json', 'opencode.jsonc'],
  },
  cursor: {
    title: 'Cursor',
    program: 'cursor',
    language: 'json',
    place: {servers: 'mcpServers', name: 'stint'},
    entry: commandAndArguments,
    ownFiles: ({home}) => [join(home, '.cursor', 'mcp.json')],
    traces: ({home}) => [join(home, '.cursor')],
    projectFiles: ['.cursor/mcp.json'],
  },
  vscode: {
    title: 'VS Code',
    program: 'code',
    language: 'json',
    place: {servers: 'servers', name: 'stint'},
    entry: start => ({type: 'stdio', ...commandAndArguments(start)}),
    ownFiles: homes => [join(codeDirectory(homes), 'User', 'mcp.json')],
    traces: homes => [codeDirectory(homes)],
    projectFiles: ['.vscode/mcp.json'],
  },
};

function commandAndArguments({command, args, env}: Start): Entry {
  return {command, args, ...(isEmpty(env) ? {} : {env})};
}

function isEmpty(object: object): boolean {
  return Object.keys(object).length === 0;
}

function codexHome({home, codex}: Homes): string {
  return codex ?? join(home, '.codex');
}

function codeDirectory({home, config, platform}: Homes): string {
  return platform === 'darwin' ? join(home, 'Library', 'Application Support', 'Code') : join(config, 'Code');
}
