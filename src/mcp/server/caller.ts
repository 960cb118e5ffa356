/** Who asks: in the revision of 2026 each request says it, before that the connection did. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  MissingRequiredClientCapabilityError,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';

import {cutText, isObject} from '../../base/index.ts';
import type {Caller} from '../jobs/host.ts';

export const TASKS = 'io.modelcontextprotocol/tasks';

export function callerOf(server: Server, {mcpReq}: ServerContext): Caller {
  const envelope: Envelope = mcpReq.envelope ?? {};
  const info = envelope[CLIENT_INFO_META_KEY] ?? server.getClientVersion();
  const token = mcpReq._meta?.progressToken;
  const began = performance.now();
  return {
    name: isObject(info) && typeof info.name === 'string' ? cutText(info.name, 80) : undefined,
    takesTasks: declaresTasks(envelope),
    signal: mcpReq.signal,
    tell:
      token === undefined
        ? undefined
        : message => {
            const progress = Math.round(performance.now() - began) / 1000;
            const params = {progressToken: token, progress, message};
            mcpReq.notify({method: 'notifications/progress', params}).catch(() => undefined); // the call itself meets a client that is gone
          },
  };
}

/** Throws the protocol's error where the request does not declare Tasks. */
export function requireTasks({mcpReq}: ServerContext): void {
  if (!declaresTasks(mcpReq.envelope ?? {}))
    throw new MissingRequiredClientCapabilityError({requiredCapabilities: {extensions: {[TASKS]: {}}}});
}

type Envelope = Readonly<Record<string, unknown>>;

function declaresTasks(envelope: Envelope): boolean {
  const capabilities = envelope[CLIENT_CAPABILITIES_META_KEY];
  if (!isObject(capabilities) || !isObject(capabilities.extensions)) return false;
  return isObject(capabilities.extensions[TASKS]);
}
