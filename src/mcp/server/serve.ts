/**
 * `stint mcp`: a server of the Model Context Protocol, for clients of the revisions of 2025 and 2026 alike. It only asks and reads:
 * jobs belong to the coordinator, handles are addresses, cursors and waitings are in the texts that the client keeps. So it may be
 * killed at any moment, and the next one, of whichever client, goes on.
 */
import {McpServer} from '@modelcontextprotocol/server';
import {memorySkillFiles, SkillsExtension} from '@modelcontextprotocol/server/ext/skills';
import {serveStdio} from '@modelcontextprotocol/server/stdio';

import {agentGuide, SKILL} from '../../agent-guide/index.ts';
import {deferred, messageOf} from '../../base/index.ts';
import {packageVersion} from '../../platform/index.ts';
import type {Host} from '../jobs/host.ts';
import {SharedClient} from '../jobs/shared-client.ts';
import {serveJobs} from '../resources/job-resources.ts';
import {ListChanges} from '../resources/list-changes.ts';
import {serveTasks} from '../tasks/serve-tasks.ts';
import {TaskTeller} from '../tasks/tell-tasks.ts';
import type {Bounds} from './bounds.ts';
import {Listening} from './listening.ts';
import {StdioTransport, type Streams} from './stdio-transport.ts';
import {serveTools} from './tool-calls.ts';

export interface ServeOptions {
  readonly bounds: Bounds;
  /** Where it was started. */
  readonly cwd: () => string;
  /** The state directory, if not the usual one. */
  readonly state?: string | undefined;
  readonly streams: Streams;
  /** Hears what a person may want to know. */
  readonly notify: (message: string) => void;
}

/** Resolves when the client is gone. */
export async function serveMcp({bounds, cwd, state, streams, notify}: ServeOptions): Promise<void> {
  const shared = new SharedClient(state, notify);
  const host: Host = {bounds, cwd, state, notify, withClient: work => shared.use(work)};
  const cancelled = new Set<string>();
  const skills = await SkillsExtension.load(memorySkillFiles({[SKILL]: agentGuide()}), {
    onWarning: ({message}) => notify(message),
  });
  let server: McpServer | undefined;
  const changes = new ListChanges(host, () => server?.sendResourceListChanged());
  const listening = new Listening(new StdioTransport(streams), () => {
    teller.listen();
    if (listening.wantsLists) changes.watch();
  });
  const teller = new TaskTeller({host, cancelled}, listening);
  const over = deferred<void>();
  const factory = () => {
    server = new McpServer(
      {name: 'stint', title: 'stint', version: packageVersion()},
      {capabilities: {resources: {listChanged: true}}, instructions: INSTRUCTIONS},
    );
    serveTools(server.server, host);
    serveTasks(server.server, host, cancelled);
    serveJobs(server, host, () => changes.watch());
    skills.attach(server);
    return server;
  };
  serveStdio(factory, {
    transport: closing(listening, over.resolve),
    onerror: error => notify(messageOf(error)),
  });
  await over.promise;
  teller.close();
  changes.close();
  shared.close();
}

/** Tells also of the end, which the SDK keeps for itself. */
function closing(transport: Listening, onClosed: () => void): Listening {
  const start = transport.start.bind(transport);
  transport.start = () => {
    const onclose = transport.onclose;
    transport.onclose = () => {
      onclose?.();
      onClosed();
    };
    return start();
  };
  return transport;
}

const INSTRUCTIONS =
  'Runs commands in the background that outlive this session. Start with run, do other work, wait once, read output by its cursor, cancel what you started. Look with list before you start a server. The skill stint (skill://stint/SKILL.md) tells more.';
