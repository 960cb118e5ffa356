/**
 * Who listens to which tasks. The SDK serves `subscriptions/listen` at the transport and knows nothing of tasks, so what is asked of
 * them is seen here on its way: the ids are remembered for as long as the subscription is open, the acknowledgement tells them, and what
 * is told of a task goes to each.
 */
import {
  type JSONRPCMessage,
  type JSONRPCRequest,
  SUBSCRIPTION_ID_META_KEY,
  type Transport,
} from '@modelcontextprotocol/server';

import {isObject} from '../../base/index.ts';

/** Of a subscription. */
const MOST_TASKS = 100;

type SubscriptionId = string | number;

export class Listening implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: NonNullable<Transport['onmessage']>;
  readonly #wire: Transport;
  readonly #onChange: () => void;
  readonly #tasks = new Map<SubscriptionId, readonly string[]>();
  /** Acknowledged, so that something may be told. */
  readonly #open = new Set<SubscriptionId>();

  /** `onChange`: other tasks are listened to than before, or changes of lists. */
  constructor(wire: Transport, onChange: () => void) {
    this.#wire = wire;
    this.#onChange = onChange;
  }

  /** The tasks to which somebody listens. */
  get tasks(): ReadonlySet<string> {
    return new Set([...this.#tasks].flatMap(([id, tasks]) => (this.#open.has(id) ? tasks : [])));
  }

  /** Somebody wants to know of changes of the list of resources. */
  wantsLists = false;

  /** Tells all who listen to it. */
  tellTask(taskId: string, params: Readonly<Record<string, unknown>>): void {
    for (const [id, tasks] of this.#tasks)
      if (this.#open.has(id) && tasks.includes(taskId))
        void this.#wire.send({
          jsonrpc: '2.0',
          method: 'notifications/tasks',
          params: {...params, _meta: {[SUBSCRIPTION_ID_META_KEY]: id}},
        });
  }

  start(): Promise<void> {
    this.#wire.onclose = () => this.onclose?.();
    this.#wire.onerror = error => this.onerror?.(error);
    this.#wire.onmessage = (message, extra) => {
      this.#see(message);
      this.onmessage?.(message, extra);
    };
    return this.#wire.start();
  }

  send(message: JSONRPCMessage): Promise<void> {
    return this.#wire.send(this.#acknowledged(message));
  }

  close(): Promise<void> {
    return this.#wire.close();
  }

  #see(message: JSONRPCMessage): void {
    if (!('method' in message)) return;
    const {params} = message;
    if (message.method === 'subscriptions/listen' && 'id' in message) this.#listen(message);
    else if (message.method === 'notifications/cancelled' && isObject(params)) {
      const id = params.requestId as SubscriptionId;
      this.#open.delete(id);
      if (this.#tasks.delete(id)) this.#onChange();
    }
  }

  #listen({id, params}: JSONRPCRequest): void {
    const filter = isObject(params) && isObject(params.notifications) ? params.notifications : {};
    const {taskIds} = filter;
    if (filter.resourcesListChanged === true) this.wantsLists = true;
    if (Array.isArray(taskIds))
      this.#tasks.set(
        id,
        [...new Set(taskIds)].filter(each => typeof each === 'string').slice(0, MOST_TASKS),
      );
  }

  /** An acknowledgement with the tasks that it is about as well. */
  #acknowledged(message: JSONRPCMessage): JSONRPCMessage {
    if (!('method' in message) || message.method !== 'notifications/subscriptions/acknowledged')
      return message;
    const {params = {}} = message;
    const meta = isObject(params._meta) ? params._meta : {};
    const id = meta[SUBSCRIPTION_ID_META_KEY] as SubscriptionId;
    const taskIds = this.#tasks.get(id);
    if (taskIds === undefined) {
      this.#onChange();
      return message;
    }
    this.#open.add(id);
    queueMicrotask(() => this.#onChange()); // behind the acknowledgement
    const notifications = isObject(params.notifications) ? params.notifications : {};
    return {...message, params: {...params, notifications: {...notifications, taskIds}}};
  }
}
