/** What stint sends to an ACP client: a `session/update` of the protocol, or a notification of its own. */
import type {AgentEvent, UnknownAgentEvent} from '../../event.ts';

/** The method for events that the protocol has no update for. The protocol leaves names with `_` in front to everybody. */
export const EVENT_METHOD = '_stint/agent_event';

/** The key under `_meta` that is stint's; the others belong to other programs. */
export const META_KEY = 'stint';

/** Under stint's key: which keys of the event's `_meta` stand at their places in the update. */
export const PLACED_KEY = '_placed';

export type AcpNotification = AcpSessionUpdate | AcpEventNotification;

export interface AcpSessionUpdate {
  readonly method: 'session/update';
  readonly params: {
    readonly sessionId: string;
    readonly update: {readonly sessionUpdate: string; readonly [key: string]: unknown};
  };
}

export interface AcpEventNotification {
  readonly method: typeof EVENT_METHOD;
  /** `sessionId` is left out where the event names no session. */
  readonly params: {readonly sessionId?: string; readonly event: AgentEvent | UnknownAgentEvent};
}
