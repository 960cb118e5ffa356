import {describe, expect, it} from 'vitest';
import type {AcpNotification} from '../acp/to/notification.ts';
import {toAcp} from '../acp/to/to-acp.ts';
import type {AgentEvent} from '../event.ts';
import {acpSink} from './acp.ts';

const clock = {now: () => 7};
const chunk = (content: string, session_id = 's'): AgentEvent => ({
  type: 'agent_message_chunk',
  session_id,
  content,
});
const gap = (dropped: number, session_id = 's') => ({
  type: 'gap',
  session_id,
  dropped,
  since_ms: 7,
  reason: 'the ACP client was too slow',
});

/** A connection that takes one notification at a time, and only when it is told to. */
class SlowClient {
  readonly heard: AcpNotification[] = [];
  #release: ((error?: Error) => void) | undefined;

  readonly send = (notification: AcpNotification): Promise<void> => {
    expect(this.#release).toBeUndefined();
    this.heard.push(notification);
    return new Promise((resolve, reject) => {
      this.#release = error => (error ? reject(error) : resolve());
    });
  };

  async take(error?: Error): Promise<void> {
    const release = this.#release;
    this.#release = undefined;
    release?.(error);
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
  }

  async takeAll(): Promise<void> {
    for (let turn = 0; turn < 100 && this.#release !== undefined; turn++) await this.take();
  }

  /** The texts and gaps that it heard. */
  get texts(): unknown[] {
    return this.heard.map(({method, params}) =>
      method === 'session/update'
        ? (params.update as unknown as {content: {text: string}}).content.text
        : params.event,
    );
  }
}

describe('a sink for ACP', () => {
  it('hands over each event as its notification, at once where nobody is slow', () => {
    const heard: unknown[] = [];
    const sink = acpSink(
      notification => void heard.push(notification),
      () => undefined,
    );
    const events: AgentEvent[] = [chunk('a'), {type: 'stop', session_id: 's', reason: 'r'}];
    for (const event of events) sink.handleEvent(event);
    expect(heard).toEqual(events.map(toAcp));
  });

  it('keeps the order while the client takes its time, one at a time', async () => {
    const client = new SlowClient();
    const sink = acpSink(client.send, () => undefined);
    for (const text of ['a', 'b', 'c']) sink.handleEvent(chunk(text));
    let flushed = false;
    const flush = sink.flush().then(() => {
      flushed = true;
    });
    expect(client.texts).toEqual(['a']);
    await client.take();
    expect(client.texts).toEqual(['a', 'b']);
    expect(flushed).toBe(false);
    await client.takeAll();
    await flush;
    expect(client.texts).toEqual(['a', 'b', 'c']);
    expect(sink.dropped).toBe(0);
    await sink.flush();
  });

  it('tells what is thrown and what is rejected, and goes on', async () => {
    const errors: unknown[] = [];
    const client = new SlowClient();
    const send = (notification: AcpNotification) => {
      if (JSON.stringify(notification).includes('bad')) throw new Error('thrown');
      return client.send(notification);
    };
    const sink = acpSink(send, error => {
      errors.push(error);
      throw new Error('and whoever hears of it throws too');
    });
    for (const text of ['bad', 'a', 'bad', 'b']) sink.handleEvent(chunk(text));
    await client.take(new Error('rejected'));
    await client.takeAll();
    await sink.flush();
    expect(errors).toEqual([new Error('thrown'), new Error('rejected'), new Error('thrown')]);
    expect(client.texts).toEqual(['a', 'b']);
  });

  it('may be given events while it sends one', () => {
    const texts: string[] = [];
    const sink = acpSink(
      ({params}) => {
        texts.push(JSON.stringify(params).includes('"a"') ? 'a' : 'b');
        if (texts.length === 1) sink.handleEvent(chunk('b'));
        texts.push('sent');
      },
      () => undefined,
    );
    sink.handleEvent(chunk('a'));
    expect(texts).toEqual(['a', 'sent', 'b', 'sent']);
  });

  it('loses what finds its queue full, counts it, tells it once, and leaves a gap at the place', async () => {
    const errors: unknown[] = [];
    const client = new SlowClient();
    const sink = acpSink(client.send, error => errors.push(error), {maxQueued: 4, clock});
    for (const text of ['a', 'b', 'c', 'd', 'e', 'lost', 'lost']) sink.handleEvent(chunk(text));
    sink.handleEvent(chunk('lost', 'other'));
    expect(sink.dropped).toBe(3);
    expect(errors).toEqual([
      expect.objectContaining({code: 'BUSY', message: expect.stringContaining('4 wait')}),
    ]);
    await client.take();
    sink.handleEvent(chunk('lost'));
    await client.take();
    sink.handleEvent(chunk('f'));
    await client.takeAll();
    expect(client.texts).toEqual(['a', 'b', 'c', 'd', 'e', gap(3), gap(1, 'other'), 'f']);
    expect([sink.dropped, errors.length]).toEqual([4, 1]);
  });

  it('leaves the gap also when nothing comes behind it', async () => {
    const client = new SlowClient();
    const sink = acpSink(client.send, () => undefined, {maxQueued: 1, clock});
    for (const text of ['a', 'b', 'lost']) sink.handleEvent(chunk(text));
    await client.takeAll();
    await sink.flush();
    expect(client.texts).toEqual(['a', 'b', gap(1)]);
  });
});
