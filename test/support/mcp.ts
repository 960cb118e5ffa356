/** Servers of `stint mcp`, started as a client starts them: by the official clients, and by hand, message by message. */
import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';

import {Client, type VersionNegotiationMode} from '@modelcontextprotocol/client';
import {StdioClientTransport} from '@modelcontextprotocol/client/stdio';

import {type Sandbox, STINT, until} from './sandbox.ts';

export interface ServerOptions {
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** How the client calls itself; `by-hand` where it is no more than its messages. */
  readonly name?: string;
}

export interface ConnectedClient {
  readonly client: Client;
  /** Of the server. */
  readonly pid: number;
}

/** The official client, with a server of its own. `mode`: `legacy` is a revision of 2025. */
export async function connectClient(
  sandbox: Sandbox,
  mode: VersionNegotiationMode = 'auto',
  {args = [], cwd = sandbox.work, env = {}, name = 'a-test'}: ServerOptions = {},
): Promise<ConnectedClient> {
  const client = new Client({name, version: '1'}, {versionNegotiation: {mode}});
  const transport = new StdioClientTransport({
    command: STINT,
    args: ['mcp', ...args],
    cwd,
    env: definedOf({...sandbox.environment(), ...env}),
    stderr: 'ignore',
  });
  await client.connect(transport);
  return {client, pid: transport.pid ?? 0};
}

export function definedOf(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

export interface Message {
  readonly id?: number | string | undefined;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: {readonly code: number; readonly message: string; readonly data?: unknown};
}

export const TASKS = 'io.modelcontextprotocol/tasks';
export const TASK_CAPABILITIES = {extensions: {[TASKS]: {}}};
export const FRAMING = {
  protocolVersion: '2026-07-28',
  clientInfo: {name: 'by-hand', version: '1'},
  clientCapabilities: TASK_CAPABILITIES,
};

/** A client of the revision of 2026 that is no more than its messages. */
export class RawMcp {
  readonly process: ChildProcess;
  readonly messages: Message[] = [];
  /** What came on stdout and is no message. */
  readonly noise: string[] = [];
  #next = 1;
  #rest = '';

  constructor(sandbox: Sandbox, {args = [], cwd = sandbox.work}: ServerOptions = {}) {
    this.process = spawn(STINT, ['mcp', ...args], {
      cwd,
      env: sandbox.environment(),
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    this.process.stdin?.on('error', () => undefined); // it was killed
    this.process.stdout?.setEncoding('utf8').on('data', (text: string) => this.#take(text));
  }

  write(text: string): void {
    this.process.stdin?.write(text);
  }

  /** Resolves with the answer. */
  async ask(
    method: string,
    params: Readonly<Record<string, unknown>> = {},
    capabilities: object = {},
  ): Promise<Message> {
    const id = this.#next++;
    this.write(`${JSON.stringify({jsonrpc: '2.0', id, method, params: framed(params, capabilities)})}\n`);
    return this.answer(id);
  }

  async answer(id: number | string | undefined): Promise<Message> {
    const find = () => this.messages.find(message => message.method === undefined && message.id === id);
    await until(
      () => find() !== undefined || this.process.exitCode !== null || this.process.signalCode !== null,
    );
    return find() ?? {error: {code: 0, message: 'the server is gone'}};
  }

  call(name: string, args: Readonly<Record<string, unknown>>, capabilities?: object): Promise<Message> {
    return this.ask('tools/call', {name, arguments: args}, capabilities);
  }

  async close(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    this.process.stdin?.end();
    await once(this.process, 'close');
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    if (this.process.signalCode === null) await once(this.process, 'exit');
  }

  #take(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      try {
        this.messages.push(JSON.parse(line) as Message);
      } catch {
        this.noise.push(line);
      }
    }
  }
}

export function framed(params: Readonly<Record<string, unknown>>, capabilities: object) {
  return {
    ...params,
    _meta: {
      ...(params._meta as object | undefined),
      'io.modelcontextprotocol/protocolVersion': FRAMING.protocolVersion,
      'io.modelcontextprotocol/clientInfo': FRAMING.clientInfo,
      'io.modelcontextprotocol/clientCapabilities': capabilities,
    },
  };
}

export interface ToolResult {
  readonly content: readonly {readonly type: string; readonly text: string}[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
  readonly isError?: boolean;
}

/** What a tool said, as text. */
export function textOf(result: unknown): string {
  return (result as ToolResult).content.map(({text}) => text).join('\n');
}

/** What a tool said, as fields. */
export function factsOf(result: unknown): Readonly<Record<string, unknown>> {
  return (result as ToolResult).structuredContent ?? {};
}

/** Bytes of both. */
export function bytesIn(result: unknown): number {
  const {content, structuredContent} = result as ToolResult;
  return (
    Buffer.byteLength(JSON.stringify(content)) + Buffer.byteLength(JSON.stringify(structuredContent ?? {}))
  );
}
