/**
 * The coordinator, for those who use it: found, started when there is none, replaced when it is older than this
 * program, and found again when it dies in the middle of a request.
 */
import {codeOf, hasCode, type JobKey, type RepoId, StintError} from '../../base/index.ts';
import {findSocket, openStateDirectory, packageVersion, strangeSocketOwner} from '../../platform/index.ts';
import type {
  Answer,
  Health,
  LogRecord,
  Outcome,
  Payload,
  PendingText,
  Queue,
  RequestName,
  StreamFrame,
  StreamName,
  StreamPayload,
  WireSubmission,
} from '../protocol/index.ts';
import type {
  CancelAllOptions,
  CancelFilters,
  Cancelled,
  CancelManyOptions,
  CancelOptions,
  ClientOptions,
  ShutdownOptions,
} from './client-options.ts';
import {Connection, type RequestOptions, timedOut} from './connection.ts';
import {elsewhereText, holderElsewhere} from './elsewhere.ts';
import {sureOfOthers} from './knows-whose.ts';
import {cannotConnect, closedMeanwhile, silentCoordinator, unreachableCoordinator} from './no-coordinator.ts';
import {type RetryOptions, type RetryPolicy, retry, retryStream} from './retry.ts';
import {startCoordinator} from './start-coordinator.ts';
import {type PendingTailOptions, type TailOptions, tailLog} from './tail.ts';
import {compareVersions} from './versions.ts';

/** How long a coordinator that was just started may take to be there. */
const START_MS = 10_000;
/** After so long without one it is asked whether the one that there is can be reached at all. */
const ELSEWHERE_MS = 500;
const HEALTH_MS = 5000;

const MOST_RESTARTS = 20;
/** Coordinators that die of something: after some of them there is room for others in between. */
const FOR_EVER: RetryPolicy = {atOnce: MOST_RESTARTS - 1, restMs: 200};
const FOR_LONG: RetryPolicy = {...FOR_EVER, most: MOST_RESTARTS};
/** Another one holds the lock and is about to listen, or about to leave. */
const STARTING: RetryPolicy = {restMs: 5, longestRestMs: 200, withinMs: START_MS};
/** More want to connect at once than may wait in line. */
const CROWD: RetryPolicy = {restMs: 20, withinMs: START_MS};

export class Client {
  readonly state: string;
  readonly #notify: (message: string) => void;
  #connection: Connection | undefined;
  #connecting: Promise<Connection> | undefined;
  /** Those that are not shared yet, or never: streams have some of their own, so that one that is not read holds up nothing else. */
  readonly #apart = new Set<Connection>();
  /** Where the coordinator runs, if that is not where this process does: in words. */
  #elsewhere: string | undefined;
  /** How often this client was closed: what began before is over. */
  #closings = 0;

  /** Makes the state directory when missing; does not connect yet. Throws when it cannot be used. */
  constructor({state, notify = () => undefined}: ClientOptions = {}) {
    this.state = openStateDirectory(state);
    this.#notify = notify;
  }

  /**
   * Makes jobs durable and queues them. Repeated by itself when the answer is lost; the same invocation id never runs
   * twice. Resolves once a crash of anything but the machine cannot lose them. Jobs run where the coordinator does.
   */
  async submit(submission: WireSubmission, options?: RequestOptions): Promise<Answer<'Submit'>> {
    const answer = await this.#persistently('Submit', submission, options);
    if (this.#elsewhere !== undefined)
      this.#notify(`the coordinator, and with it what is submitted, runs ${this.#elsewhere}, not here`);
    return answer;
  }

  /** Resolves when the job is finished, however often coordinators die meanwhile. */
  wait(job: JobKey, options?: RequestOptions): Promise<Outcome> {
    return this.#persistently('Wait', {job: {...job}}, options, FOR_EVER);
  }

  /**
   * Resolves when the job has ended and, if somebody wanted that, nothing that could be found of it is left; or when what
   * is `left` cannot be ended.
   */
  waitUntilGone(job: JobKey, options?: RequestOptions): Promise<Outcome> {
    return this.#persistently('Wait', {job: {...job}, until: 'gone'}, options, FOR_EVER);
  }

  /** Tells a job to end: TERM now, KILL after the grace time. Resolves when it was told so. */
  cancel(job: JobKey, {graceMs, ...options}: CancelOptions = {}): Promise<Cancelled> {
    return this.#persistently('CancelJob', {job: {...job}, ...graceOf(graceMs)}, options);
  }

  /**
   * Ends what a job left behind that has ended, and resolves when that is gone or cannot be ended. Asked once: nothing of it
   * is stored. Rejects with `BAD_REQUEST` where the coordinator is of an earlier version.
   */
  endLeftovers(job: JobKey, {graceMs, ...options}: CancelOptions = {}): Promise<Answer<'EndLeftovers'>> {
    return this.request('EndLeftovers', {job: {...job}, ...graceOf(graceMs)}, options);
  }

  /** The same as `cancel` for all jobs that every one of the filters fits. */
  async cancelMatching(
    filters: CancelFilters,
    {graceMs, askedBy, ...options}: CancelManyOptions = {},
  ): Promise<Cancelled> {
    const {repo, hook, worktree, tag, invocationPrefix, olderThanMs, gone} = filters;
    const payload: Payload<'CancelMatching'> = {
      repo,
      hook,
      worktree,
      tag,
      gone,
      invocation_prefix: invocationPrefix,
      older_than_secs: olderThanMs === undefined ? undefined : olderThanMs / 1000,
      ...(await sureOfOthers(() => this.connect(), askedBy)),
      ...graceOf(graceMs),
    };
    return this.#persistently('CancelMatching', payload, options);
  }

  /** The same for all jobs, or all of a repository. */
  async cancelAll({repo, graceMs, askedBy, ...options}: CancelAllOptions = {}): Promise<Cancelled> {
    const asked = await sureOfOthers(() => this.connect(), askedBy);
    return this.#persistently('CancelAll', {repo, ...asked, ...graceOf(graceMs)}, options);
  }

  /**
   * Makes the coordinator leave and resolves when it has; with `cancel` all jobs are ended first, else they go on. What it
   * began to end is ended first in any case.
   */
  async shutdown({
    cancel = false,
    graceMs,
    reason = 'asked to',
    handOver = false,
    askedBy,
  }: ShutdownOptions = {}): Promise<Answer<'Shutdown'>> {
    const connection = await this.connect();
    const others = await sureOfOthers(() => Promise.resolve(connection), cancel ? askedBy : undefined);
    const left = new Promise<void>(resolve => connection.onceClosed(resolve));
    const asked = {reason, cancel, hand_over: handOver, ...others, ...graceOf(graceMs)};
    const answer = await connection.request('Shutdown', asked);
    await left;
    return answer;
  }

  /**
   * The records of a job's log numbered higher than `sinceSeq`, then (with `follow`) those to come until the log is
   * closed. Goes on where it was when a coordinator dies: no record is lost or repeated.
   */
  tail(job: JobKey, options: PendingTailOptions): AsyncGenerator<LogRecord | PendingText, void, undefined>;
  tail(job: JobKey, options?: TailOptions): AsyncGenerator<LogRecord, void, undefined>;
  tail(
    job: JobKey,
    options: Partial<PendingTailOptions> = {},
  ): AsyncGenerator<LogRecord | PendingText, void, undefined> {
    const {signal} = options;
    const open = (payload: StreamPayload<'TailLogs'>) => this.#streamApart('TailLogs', payload, signal);
    return tailLog(open, job, options, this.#retrying(FOR_LONG, signal));
  }

  /**
   * Yields whenever a job of the repository changes: the job as it is then, or an empty object at the beginning and after
   * a coordinator died, when anything may have changed.
   */
  async *watchJobs(
    repo: RepoId,
    {signal}: {readonly signal?: AbortSignal} = {},
  ): AsyncGenerator<StreamFrame<'WatchJobs'>, void, undefined> {
    const open = () => this.#streamApart('WatchJobs', {repo}, signal);
    if (!signal?.aborted) yield* retryStream(open, this.#retrying(FOR_LONG, signal));
  }

  /** Removes jobs whose time is over or for which there is no room, of a repository or of all; goes on where a coordinator died. */
  prune(asked: Payload<'Prune'>, options?: RequestOptions): Promise<Answer<'Prune'>> {
    return this.#persistently('Prune', asked, options);
  }

  /** Removes these jobs. One that a coordinator removed before it died is refused as unknown. */
  removeJobs(jobs: readonly JobKey[], options?: RequestOptions): Promise<Answer<'RemoveJobs'>> {
    return this.#persistently('RemoveJobs', {jobs: jobs.map(job => ({...job}))}, options);
  }

  /** Asks once; starts a coordinator when there is none. */
  async request<R extends RequestName>(
    req: R,
    payload: Payload<R>,
    options?: RequestOptions,
  ): Promise<Answer<R>> {
    return (await this.connect()).request(req, payload, options);
  }

  /** What the coordinator says of itself, or undefined when none is running. Never starts one. */
  health(): Promise<Health | undefined> {
    return this.#askWhoIsThere('Health', {});
  }

  /**
   * Which jobs of a repository, or of all, wait for their turn, and for what; undefined when no coordinator is running. Never
   * starts one. Rejects with `BAD_REQUEST` where it is of an earlier version, which cannot tell.
   */
  queue(repo?: RepoId): Promise<Queue | undefined> {
    return this.#askWhoIsThere('GetQueue', {repo});
  }

  /** Resolves when a coordinator of this version or a newer one is connected, started if need be. */
  connect(): Promise<Connection> {
    if (this.#connection?.isOpen) return Promise.resolve(this.#connection);
    if (this.#connecting !== undefined) return this.#connecting;
    const connecting = this.#establish(this.#closings).finally(() => {
      if (this.#connecting === connecting) this.#connecting = undefined;
    });
    this.#connecting = connecting;
    return connecting;
  }

  /** Ends the connection, also one that is being made, and what is asked over it; jobs are not touched. */
  close(): void {
    this.#closings += 1;
    this.#connection?.close();
    this.#connection = undefined;
    this.#connecting = undefined;
    for (const connection of this.#apart) connection.close();
  }

  async *#streamApart<S extends StreamName>(
    req: S,
    payload: StreamPayload<S>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<StreamFrame<S>, void, undefined> {
    const connection = await this.#reach(this.#closings);
    this.#apart.add(connection);
    try {
      yield* connection.stream(req, payload, {signal});
    } finally {
      this.#apart.delete(connection);
      connection.close();
    }
  }

  /** Undefined when nobody is, which is looked for again where one left before it answered. Whichever version it is of is asked. */
  #askWhoIsThere<R extends RequestName>(req: R, payload: Payload<R>): Promise<Answer<R> | undefined> {
    return this.#untilAlive(async () => {
      const connection = await this.#tryConnect();
      try {
        return await connection?.request(req, payload, {timeoutMs: HEALTH_MS});
      } catch (error) {
        throw silentCoordinator(this.state, error, HEALTH_MS);
      } finally {
        connection?.close();
      }
    }, FOR_LONG);
  }

  /** A limit of time is one for all tries. */
  async #persistently<R extends RequestName>(
    req: R,
    payload: Payload<R>,
    {timeoutMs, signal}: RequestOptions = {},
    policy = FOR_LONG,
  ): Promise<Answer<R>> {
    const began = performance.now();
    const left = () => timeoutMs && Math.max(0, timeoutMs - (performance.now() - began));
    try {
      return await this.#untilAlive(() => this.request(req, payload, {timeoutMs: left(), signal}), policy);
    } catch (error) {
      throw timeoutMs !== undefined && hasCode(error, 'TIMEOUT') ? timedOut(req, timeoutMs) : error;
    }
  }

  /** Does it again whenever the coordinator died meanwhile. */
  async #untilAlive<T>(work: () => Promise<T>, policy: RetryPolicy): Promise<T> {
    return (await retry(work, this.#retrying(policy))) as T; // there is no try without a result
  }

  /** While this client is not closed and nobody gives up. */
  #retrying(policy: RetryPolicy, signal?: AbortSignal): RetryOptions {
    const closings = this.#closings;
    const passes = (error: unknown) =>
      hasCode(error, 'CONNECTION_CLOSED') && closings === this.#closings && !signal?.aborted;
    return {policy, passes};
  }

  async #establish(closings: number): Promise<Connection> {
    const connection = await this.#reach(closings);
    this.#connection = connection;
    return connection;
  }

  /** A new connection, to a coordinator that is started if need be. */
  async #reach(closings: number): Promise<Connection> {
    // A process that is being killed still takes connections for a moment.
    const connection = await this.#untilAlive(async () => {
      const found = (await this.#tryConnect()) ?? (await this.#start(closings));
      return this.#agreeOnVersion(found, closings);
    }, FOR_LONG);
    if (closings !== this.#closings) {
      connection.close();
      throw closedMeanwhile();
    }
    return connection;
  }

  async #start(closings: number): Promise<Connection> {
    const began = performance.now();
    const started = async () => {
      if (closings !== this.#closings) throw closedMeanwhile();
      await startCoordinator(this.state);
      const connection = await this.#tryConnect();
      const isLate = connection === undefined && performance.now() - began > ELSEWHERE_MS;
      const unreachable = isLate ? holderElsewhere(this.state) : undefined;
      if (unreachable !== undefined) throw unreachable;
      return connection;
    };
    const connection = await retry(started, {policy: STARTING});
    if (connection === undefined) throw unreachableCoordinator(this.state, START_MS);
    return connection;
  }

  async #tryConnect(): Promise<Connection | undefined> {
    const passes = (error: unknown) => codeOf(error) === 'EAGAIN';
    try {
      return await retry(() => Connection.open(findSocket(this.state)), {policy: CROWD, passes});
    } catch (error) {
      if (error instanceof StintError) throw error; // what names the place of the socket may not be believed
      const code = codeOf(error) ?? '';
      // Another user left it there; the coordinator replaces it.
      const isLeft = code === 'EACCES' && strangeSocketOwner(findSocket(this.state)) !== undefined;
      if (NOBODY_LISTENS.has(code) || isLeft) return undefined;
      throw cannotConnect(error);
    }
  }

  /**
   * An older coordinator leaves and this version takes its jobs over; with a newer one we talk as we are, and with one of
   * another place, whose jobs cannot be taken over here.
   */
  async #agreeOnVersion(connection: Connection, closings: number): Promise<Connection> {
    const mine = packageVersion();
    this.#apart.add(connection);
    try {
      if (closings !== this.#closings) throw closedMeanwhile();
      const {version: theirs, ...place} = await connection.request('Ping', {}, {timeoutMs: START_MS});
      this.#elsewhere = elsewhereText(place);
      const order = compareVersions(mine, theirs);
      if (order === 0) return connection;
      if (order < 0) {
        this.#notify(`the coordinator is stint ${theirs}, newer than this stint ${mine}: consider upgrading`);
        return connection;
      }
      if (this.#elsewhere !== undefined) {
        this.#notify(
          `the coordinator is stint ${theirs}, older than this stint ${mine}, and stays: its jobs run ${this.#elsewhere}`,
        );
        return connection;
      }
      this.#notify(
        `the coordinator is stint ${theirs}, older than this stint ${mine}: it is replaced, its jobs go on`,
      );
      const left = new Promise<void>(resolve => connection.onceClosed(resolve));
      await connection.request(
        'Shutdown',
        {reason: `replaced by ${mine}`, hand_over: true},
        {timeoutMs: START_MS},
      );
      await left;
    } catch (error) {
      connection.close(); // an open one would keep this process, and the coordinator, from leaving
      throw silentCoordinator(this.state, error, START_MS);
    } finally {
      this.#apart.delete(connection);
    }
    // An older client may have been faster and started an older one again.
    return this.#agreeOnVersion(await this.#start(closings), closings);
  }
}

/** `EINVAL` is what Node 24 and newer say of a path that is too long for a socket. */
const NOBODY_LISTENS = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EINVAL']);

function graceOf(graceMs: number | undefined): {grace_ms?: number} {
  return graceMs === undefined ? {} : {grace_ms: graceMs};
}
