/** Events over a connection of the official SDK: what it checks, and what it lets through. */
import {agent, client, ndJsonStream} from '@agentclientprotocol/sdk';
import {expect, it} from 'vitest';

import {restoreEvent} from '../acp/from/restored-event.ts';
import {parsePersistedEvent} from '../envelope.ts';
import {OWN_EVENTS} from '../testing/own-events.ts';
import {RUNTIME_LINES} from '../testing/runtime-lines.ts';
import {acpSink} from './acp.ts';

const EVENTS = [...RUNTIME_LINES.flatMap(line => parsePersistedEvent(line)?.event ?? []), ...OWN_EVENTS];

it('every event arrives at a client of the SDK in order and unharmed', async () => {
  const heard: unknown[] = [];
  const errors: unknown[] = [];
  let allHeard: () => void;
  const everything = new Promise<void>(resolve => {
    allHeard = resolve;
  });
  const hear = (method: string, params: unknown) => {
    heard.push(restoreEvent(method, params));
    if (heard.length === EVENTS.length) allHeard();
  };
  const toAgent = new TransformStream<Uint8Array, Uint8Array>();
  const toClient = new TransformStream<Uint8Array, Uint8Array>();
  const clientSide = client()
    .onNotification('session/update', ({method, params}) => hear(method, params))
    .onNotification(
      '_stint/agent_event',
      params => params,
      ({method, params}) => hear(method, params),
    )
    .connect(ndJsonStream(toAgent.writable, toClient.readable));
  const agentSide = agent().connect(ndJsonStream(toClient.writable, toAgent.readable));

  const sink = acpSink(
    ({method, params}) => agentSide.client.notify(method, params),
    error => errors.push(error),
  );
  for (const event of EVENTS) sink.handleEvent(event);
  await sink.flush();
  await everything;

  expect(heard).toEqual(EVENTS);
  expect(errors).toEqual([]);
  agentSide.close();
  clientSide.close();
  await Promise.all([agentSide.closed, clientSide.closed]);
});
