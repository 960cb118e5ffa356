/** Where the configuration of a client is, and whether the client is here at all. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {isPlainPath, type StintError} from '../base/index.ts';
import {configurationHome, environment, environmentPath, homeDirectory, isOnPath} from '../platform/index.ts';
import type {Client, Homes} from './clients.ts';
import {refused} from './refused.ts';

/** Its files for a project in that directory, else those for all projects. */
export function filesOf(client: Client, project: string | undefined): readonly string[] {
  const paths =
    project === undefined ? client.ownFiles(homes()) : client.projectFiles.map(name => join(project, name));
  const odd = paths.find(path => !isPlainPath(path));
  if (odd !== undefined) throw refused(`${odd} cannot be changed: its path is not UTF-8.`);
  return paths;
}

/** By what it leaves in a home, or its program. */
export function isHere(client: Client): boolean {
  return (
    client.traces(homes()).some(path => existsSync(path)) || isOnPath(client.program, environment().PATH)
  );
}

/** What is said where it is not: nothing would ever read what was written. */
export function missing(client: Client): StintError {
  const traces = client.traces(homes()).join(' or ');
  return refused(
    `${client.title} is not here: there is neither ${traces} nor a program ${client.program} in the PATH.`,
    'If it is to come: --force makes its configuration all the same.',
  );
}

function homes(): Homes {
  return {
    home: homeDirectory(),
    config: configurationHome(),
    claude: environmentPath('CLAUDE_CONFIG_DIR') || undefined,
    codex: environmentPath('CODEX_HOME') || undefined,
    platform: process.platform,
  };
}
