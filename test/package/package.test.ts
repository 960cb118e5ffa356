/**
 * What npm publishes, as somebody meets it who installs it into an empty folder: the packed files, the dependencies
 * that package.json names and the peer that this Node needs, nothing of this checkout. Without network: the dependencies are those of this checkout.
 */
import {spawnSync} from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';

import {afterAll, afterEach, beforeAll, describe, expect, it} from 'vitest';

import {sqliteDriver} from '../../src/store/index.ts';
import {Sandbox} from '../support/sandbox.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const MANIFEST = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies: Readonly<Record<string, string>>;
};
const DOORS = Object.keys(MANIFEST.exports).filter(door => door !== './package.json');

let consumer: string;

beforeAll(() => {
  consumer = realpathSync(mkdtempSync(join(tmpdir(), 'stint-package-')));
  const installed = join(consumer, 'node_modules', 'stint');
  mkdirSync(installed, {recursive: true});
  succeed(process.execPath, [join(ROOT, 'scripts', 'build.mjs')], ROOT);
  succeed('npm', ['pack', '--ignore-scripts', '--pack-destination', consumer], ROOT);
  const tarball = join(consumer, `stint-${MANIFEST.version}.tgz`);
  succeed('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed], consumer);
  const peers = sqliteDriver().name === 'better-sqlite3' ? ['better-sqlite3'] : []; // for this Node
  for (const name of [...Object.keys(MANIFEST.dependencies), ...peers, '@types/node']) link(name);
  mkdirSync(join(consumer, 'node_modules', '.bin'));
  symlinkSync('../stint/bin/stint', join(consumer, 'node_modules', '.bin', 'stint'));
  write('package.json', '{"name": "consumer", "private": true, "type": "module"}');
}, 180_000);
afterAll(() => rmSync(consumer, {recursive: true, force: true}));

/** Puts a dependency where npm would have put it. */
function link(name: string): void {
  const path = join(consumer, 'node_modules', name);
  mkdirSync(dirname(path), {recursive: true});
  symlinkSync(realpathSync(join(ROOT, 'node_modules', name)), path);
}

function write(name: string, text: string): void {
  writeFileSync(join(consumer, name), text);
}

/** Runs a program to its end and gives what it printed; throws with all of that when it fails. */
function succeed(
  program: string,
  args: readonly string[],
  cwd = consumer,
  env: NodeJS.ProcessEnv = process.env,
): string {
  const {status, stdout, stderr, error} = spawnSync(program, args, {cwd, env, encoding: 'utf8'});
  if (error) throw error;
  if (status !== 0)
    throw new Error(`${program} ${args.join(' ')} exited with ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

describe('the library', () => {
  it.each(DOORS)('can be imported through %s', door => {
    write('import.mjs', `console.log(Object.keys(await import('stint${door.slice(1)}')).sort().join(' '));`);
    expect(succeed(process.execPath, ['import.mjs']).trim()).toBe(NAMES[door]);
  });

  it('shows its version and nothing of its inside', () => {
    write(
      'inside.mjs',
      `import {createRequire} from 'node:module';
       console.log(createRequire(import.meta.url)('stint/package.json').version);
       for (const path of ['stint/dist/lib/store/index.js', 'stint/store', 'stint/src/index.ts'])
         await import(path).then(() => console.log(path + ' is open'), error => console.log(error.code));`,
    );
    const closed = 'ERR_PACKAGE_PATH_NOT_EXPORTED';
    expect(succeed(process.execPath, ['inside.mjs']).trim().split('\n')).toEqual([
      MANIFEST.version,
      closed,
      closed,
      closed,
    ]);
  });

  it.each([true, false])('has types for TypeScript, with skipLibCheck %s', skipLibCheck => {
    write('consumer.ts', CONSUMER);
    const compilerOptions = {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      noEmit: true,
      types: ['node'],
      skipLibCheck,
    };
    write('tsconfig.json', JSON.stringify({compilerOptions, files: ['consumer.ts']}));
    succeed(process.execPath, [join(ROOT, 'node_modules', 'typescript', 'lib', 'tsc.js'), '-p', '.']);
  });
});

describe('the program', () => {
  let sandbox: Sandbox;
  const bin = () => join(consumer, 'node_modules', '.bin', 'stint');
  afterEach(() => sandbox.dispose());

  it('says its version and how it is used', async () => {
    sandbox = new Sandbox();
    expect(succeed(bin(), ['--version'])).toBe(`${MANIFEST.version}\n`);
    expect(await sandbox.ok(['--help'], {bin: bin()})).toContain('Usage: stint <command> [options]');
    expect(existsSync(sandbox.state)).toBe(false);
  });

  it('runs a job and keeps what it printed', async () => {
    sandbox = new Sandbox();
    const options = {bin: bin()};
    const {code, stderr} = await sandbox.stint(
      ['run', '--wait', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'],
      options,
    );
    expect({code, stderr}).toEqual({
      code: 3,
      stderr: expect.stringContaining('echo failed with exit code 3'),
    });
    expect(await sandbox.records('echo', options)).toMatchObject([
      {kind: 'status', data: {event: 'started'}},
      {kind: 'stdout', data: 'out'},
      {kind: 'stderr', data: 'err'},
      {kind: 'status', data: {event: 'finished', exit_code: 3}},
      {kind: 'status', data: {event: 'closed'}},
    ]);
    expect(await sandbox.ok(['ls', '--format', 'yaml'], options)).toContain('status: failed');
  });

  it('serves coding agents, without the SDK beside it', () => {
    sandbox = new Sandbox();
    const params = {protocolVersion: '2025-06-18', capabilities: {}, clientInfo: {name: 'a', version: '1'}};
    const {stdout, status} = spawnSync(bin(), ['mcp'], {
      cwd: sandbox.work,
      env: sandbox.environment(),
      input: [
        {id: 1, method: 'initialize', params},
        {id: 2, method: 'tools/call', params: {name: 'list', arguments: {}}},
      ]
        .map(message => `${JSON.stringify({jsonrpc: '2.0', ...message})}\n`)
        .join(''),
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(
      stdout
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as unknown),
    ).toMatchObject([
      {id: 1, result: {serverInfo: {version: MANIFEST.version}}},
      {id: 2, result: {structuredContent: {jobs: [], more: 0}}},
    ]);
    expect(succeed(bin(), ['agent-guide'])).toContain('# Long commands with stint');
  });

  it('is there for the library too: a job that a script submits', async () => {
    sandbox = new Sandbox();
    write('submit.mjs', SUBMITTER);
    const printed = succeed(process.execPath, ['submit.mjs', sandbox.work], consumer, sandbox.environment());
    expect(JSON.parse(printed)).toMatchObject({status: 'completed', exit_code: 0, name: 'echo'});
    expect(await sandbox.ok(['doctor'], {bin: bin()})).toContain(`stint ${MANIFEST.version}`);
  });
});

/** Every name that can be imported: one that is taken away breaks somebody. */
const NAMES: Readonly<Record<string, string>> = {
  '.': 'Client StintError find followJournal list openJournal readLastLines readLines retryJobs statistics submit submitJobs',
  './client': 'Client',
  './event-log/contract': 'eventLogContract',
  './journal':
    'DEFAULT_MAX_LINE_BYTES DEFAULT_SEGMENT_BYTES JournalWriteError followChunks followJournal followRecords listSegments numberOf openJournal readChunks readLastLines readLines readRecords segmentPath timeOf',
  './agent-events':
    'MemorySink MultiSink SECRET_PATTERNS SessionSinks acpSink callbackSink createRedactor eventLogSink followSession fromAcp initialAcpState openJsonlSink openSessionSink parseAgentEvent parsePersistedEvent readSession secretValues serialiseEvent sessionFileName toAcp',
  './event-log': 'locateEventLog openEventLog openExistingEventLog sessionTopic',
  './progress':
    'MovementDetector PROGRESS_RUN_VARIABLE PROGRESS_SCHEMA PROGRESS_VARIABLE ProgressAnalysis ProgressFile SUB_PHASES WorkerActivity afterEnd analyseProgressFile appendProgressEvent defineProgress disabledProgressSink isFormatKey openProgressSink parseProgressLine semanticBackfill summaryOf',
};

const CONSUMER = `
import {Client, find, type JobKey, type JobView, list, readLines, type RetryOptions, retryJobs, StintError, statistics, type SubmitOptions, type SubmittedJob, submit, submitJobs, type WireSubmission} from 'stint';
import {type Connection, Client as SameClient} from 'stint/client';
import {
  type AcpNotification,
  type AcpSink,
  type AgentEvent,
  type AgentEventSink,
  acpSink,
  callbackSink,
  createRedactor,
  fromAcp,
  initialAcpState,
  type JsonlSink,
  type JsonlSinkOptions,
  MemorySink,
  MultiSink,
  openJsonlSink,
  type PersistedAgentEvent,
  parsePersistedEvent,
  SessionSinks,
  type SinkHealth,
  type UnknownAgentEvent,
} from 'stint/agent-events';
import {type EventLog, type LogEntry, openEventLog, sessionTopic} from 'stint/event-log';
import {
  followJournal,
  followRecords,
  type JournalRecord,
  type JournalWriter,
  openJournal,
  type RecordPlace,
  readRecords,
  type SkippedBytes,
} from 'stint/journal';
import {
  analyseProgressFile,
  defineProgress,
  disabledProgressSink,
  openProgressSink,
  type ProgressReport,
  type ProgressSink,
  semanticBackfill,
} from 'stint/progress';

export async function run(submission: WireSubmission, job: JobKey, signal: AbortSignal): Promise<number> {
  const client: SameClient = new Client({notify: message => console.error(message)});
  try {
    const {invocation}: {invocation: string} = await client.submit(submission);
    const {exit_code, status} = await client.wait(job, {signal, timeoutMs: 1000});
    const connection: Connection = await client.connect();
    const {pid}: {pid: number} = await connection.request('Ping', {});
    console.log(invocation, status, pid);
    // @ts-expect-error there is no such request
    await connection.request('Pong', {});
    return exit_code ?? 125;
  } catch (error) {
    if (error instanceof StintError && error.code === 'BUSY') console.error(error.hint?.toUpperCase());
    throw error;
  } finally {
    client.close();
  }
}

export async function runOne(options: SubmitOptions): Promise<string> {
  const job: SubmittedJob = await submit({...options, stallAfterMs: 60_000, onStall: 'cancel'});
  await submit({command: 'make', name: process.env.NAME, env: process.env});
  const {exit_code} = await job.wait({timeoutMs: 1000});
  // @ts-expect-error there is no such action
  await submit({command: 'make', onStall: 'restart'});
  const graph: readonly SubmittedJob[] = await submitJobs({
    jobs: [
      {name: 'build', command: ['make'], timeoutMs: 60_000, retries: 2, backoffMs: 1000, retryOn: [1]},
      {command: 'make check', needs: ['build', {name: 'build', end: 'ended'}], after: ['lint'], priority: 1},
    ],
  });
  // @ts-expect-error a need ends in none of these ways
  await submitJobs({jobs: [{command: 'make', needs: [{name: 'build', end: 'somehow'}]}]});
  const failed: RetryOptions = {failed: true};
  const again: readonly SubmittedJob[] = [...(await retryJobs(failed)), ...(await retryJobs({addresses: ['build']}))];
  console.log(graph.length + again.length);
  return job.address + exit_code + job.log;
}

export async function failures(cwd: string): Promise<readonly string[]> {
  const jobs: JobView[] = await list({cwd, last: 'all'});
  const {flaky, duration_secs} = await statistics('test', {cwd});
  console.log(flaky, duration_secs?.p95, (await find('test', {cwd, leftovers: true}))[0]?.leftovers?.length);
  // @ts-expect-error there is no such field
  console.log(jobs[0]?.code);
  return jobs.filter(({status}) => status === 'failed').map(({invocation_id, name}) => \`\${invocation_id}:\${name}\`);
}

export async function read(path: string): Promise<void> {
  const journal: JournalWriter = openJournal({path, maxSegmentBytes: 1000});
  journal.append(new Uint8Array([10]));
  journal.close();
  for (const lines of readLines(path, {from: 5})) console.log(lines[0]?.length);
  for await (const lines of followJournal(path, {last: 1, signal: AbortSignal.timeout(10)})) console.log(lines.length);
}

export async function records(path: string): Promise<readonly SkippedBytes[]> {
  const skipped: SkippedBytes[] = [];
  const options = {fromTime: 1_767_225_600_000, numberKey: 'index', onSkipped: (each: SkippedBytes) => skipped.push(each)} as const;
  for (const batch of readRecords(path, {...options, strict: true})) {
    const first: JournalRecord | undefined = batch.values[0];
    const place: RecordPlace = batch.place(0);
    console.log(first?.index, batch.text(0), place.fromByte);
  }
  for await (const {values} of followRecords(path, {...options, signal: AbortSignal.timeout(10)})) console.log(values.length);
  // @ts-expect-error there is no such number
  readRecords(path, {numberKey: 'line'});
  return skipped;
}

export async function record(options: JsonlSinkOptions): Promise<SinkHealth> {
  const file: JsonlSink = openJsonlSink({...options, durability: 'interval', redactor: createRedactor({key: 'one of the session'})});
  const client: AcpSink = acpSink(async ({method}: AcpNotification) => console.log(method), console.error);
  const memory = new MemorySink();
  const sinks: AgentEventSink = new MultiSink([file, client, memory, callbackSink(event => console.log(event.type), console.error)], console.error);
  const sessions = new SessionSinks(console.error);
  const unregister: () => void = sessions.register('s', sinks);
  const event: AgentEvent = {type: 'tool_call', session_id: 's', tool_call_id: 'c', tool_name: 'read', kind: 'read', status: 'pending', raw_input: {path: 'a'}};
  const unknown: UnknownAgentEvent = {type: 'of_tomorrow', anything: [1]};
  sessions.emit(event, {frameDepth: 1});
  sinks.handleEvent(unknown);
  // @ts-expect-error a turn has a number
  const turn: AgentEvent = {type: 'turn_start', session_id: 's', iteration: 'first'};
  // @ts-expect-error there is no such status
  const call: AgentEvent = {...event, status: 'done'};
  const persisted: PersistedAgentEvent | undefined = parsePersistedEvent('{}');
  console.log(persisted?.index, turn, call, fromAcp, initialAcpState);
  unregister();
  await client.flush();
  file.close();
  // @ts-expect-error a place is needed
  openJsonlSink({durability: 'each'});
  return file.health();
}

/** The narrowing by type, as a consumer does it. */
export function titleOf(event: AgentEvent): string {
  switch (event.type) {
    case 'agent_message_chunk':
      return event.content;
    case 'tool_call':
      return event.kind ?? event.tool_name;
    case 'gap':
      return String(event.dropped);
    default:
      return event.type;
  }
}

export async function report(path: string): Promise<ProgressReport> {
  const build = defineProgress({
    compile_start: {phase: 'compile', sub_phase: 'start', expect_ms: 60_000},
    compile_done: {phase: 'compile', sub_phase: 'done', fields: ['bytes']},
  });
  const sink = openProgressSink({labels: {target: 'web'}, definition: build, path});
  const size: number = await sink.span('compile', async span => {
    span.set({bytes: 5});
    return 5;
  });
  sink.emit('compile_done', {bytes: size});
  // @ts-expect-error it is not defined to tell rows
  sink.emit('compile_done', {rows_processed: 1});
  // @ts-expect-error there is no such event
  sink.emit('link_done');
  sink.complete();
  const none: ProgressSink<typeof semanticBackfill> = disabledProgressSink();
  none.emit('embed_batch_done', {batch_index: 1});
  openProgressSink().emit('tick', {phase: 'any', rows_processed: 1});
  return analyseProgressFile(path).report();
}

export async function consume(sessionId: string, signal: AbortSignal): Promise<number> {
  const log: EventLog = await openEventLog({backend: 'memory', chain: true});
  const topic = sessionTopic(sessionId);
  const ids: number[] = await log.appendMany(topic, [{kind: 'note', payload: {text: 'hi', lines: [1, null]}}]);
  // @ts-expect-error an entry has a kind
  await log.append(topic, {payload: 1});
  const after: number = (await log.consumerCursor(topic, 'reader')) ?? 0;
  for await (const entry of log.subscribe(topic, {after, signal})) {
    const {id, kind, payload}: LogEntry = entry;
    console.log(kind, payload, await log.ack(topic, 'reader', id));
  }
  const verified = await log.verify(topic);
  if (!verified.ok) console.error(verified.id, verified.reason);
  await log.close();
  return ids.length;
}
`;

const SUBMITTER = `
import {Client} from 'stint';

const [place] = process.argv.slice(2);
const client = new Client();
const invocation = '3fa9c1d2e4b5';
const repo = '0123456789abcdef';
await client.submit({
  invocation,
  repo,
  place,
  trigger_command: 'submit.mjs',
  hook_type: null,
  cwd: place,
  umask: 0o22,
  env: Object.entries(process.env).map(([name, value]) => name + '=' + value),
  checkout: {worktree: null, branch: null, commit: null, dirty: null},
  jobs: [{name: 'echo', command: ['echo', 'hello'], tags: [], sample_every: 1, linger_ms: 0}],
});
console.log(JSON.stringify(await client.wait({repo, invocation, name: 'echo', attempt: 1})));
client.close();
`;
