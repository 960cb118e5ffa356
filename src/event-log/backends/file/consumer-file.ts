/** The cursor of a consumer: `{"topic":…,"consumer":…,"cursor":…,"acked_at_ms":…}`, replaced as a whole each time it moves. */
import {readPrivate} from '../../../platform/index.ts';
import {damaged} from './damage.ts';

/** Undefined for a consumer that never acknowledged anything. Throws `STORE_CORRUPT` for a file that tells no cursor of it. */
export function readCursor(path: string, consumer: string): number | undefined {
  const text = readPrivate(path);
  if (text === undefined) return undefined;
  const cursor = cursorIn(text, consumer);
  if (cursor === undefined)
    throw damaged(path, `it is not the cursor of the consumer ${JSON.stringify(consumer)}`);
  return cursor;
}

/** What the file of a consumer holds. */
export function cursorText(topic: string, consumer: string, cursor: number, nowMs: number): string {
  return `${JSON.stringify({topic, consumer, cursor, acked_at_ms: nowMs})}\n`;
}

function cursorIn(text: string, consumer: string): number | undefined {
  try {
    const kept = JSON.parse(text) as {[key: string]: unknown};
    const {cursor} = kept;
    return kept.consumer === consumer && Number.isSafeInteger(cursor) ? Number(cursor) : undefined;
  } catch {
    return undefined; // no JSON, or null
  }
}
