/**
 * The database of topics, entries and consumers: many processes open it, each with a connection of its own. A unit of
 * work is one immediate transaction, so that the head that it reads is the head that it moves.
 */
import type {Connection, Value} from '../driver/port.ts';

export interface TopicRow {
  readonly id: number;
  readonly name: string;
  readonly head: number;
  readonly first: number;
  readonly anchor_id: number | null;
  readonly anchor_hash: string | null;
  readonly head_hash: string | null;
}

export interface EntryRow {
  readonly id: number;
  readonly kind: string;
  readonly payload: string;
  readonly headers: string;
  readonly occurred_at_ms: number;
  readonly hash: string | null;
}

export interface NewEntryRow {
  readonly topicId: number;
  readonly id: number;
  readonly kind: string;
  /** JSON, as the headers are. */
  readonly payload: string;
  readonly headers: string;
  readonly occurredAtMs: number;
  readonly hash: string | null;
}

export interface EntrySizeRow {
  readonly id: number;
  readonly occurredAtMs: number;
  /** Of the row, about. */
  readonly bytes: number;
}

export interface TopicStore {
  topics(): TopicRow[];
  topic(name: string): TopicRow | undefined;
  addTopic(name: string): TopicRow;
  /** Moves the head, the oldest entry and the chain of a topic. */
  setTopic(row: TopicRow): void;
  addEntries(rows: readonly NewEntryRow[]): void;
  /** Entries after an id, ascending; end the iteration early where enough is read. */
  entriesAfter(topicId: number, after: number, limit: number): IterableIterator<EntryRow>;
  /** How large entries after an id are, ascending. Costs far less than reading them. */
  sizesAfter(topicId: number, after: number, limit: number): EntrySizeRow[];
  /** How many there were. */
  removeEntries(topicId: number, upTo: number): number;
  /** Removes a topic with its entries and the cursors of its consumers. One that is made anew under its name begins at 1. */
  removeTopic(topicId: number): void;
  cursor(topicId: number, consumer: string): number | undefined;
  setCursor(topicId: number, consumer: string, cursor: number, nowMs: number): void;
  /** Runs the work as one transaction that nobody else's can come between. Throws SQLite's errors. */
  together<T>(work: () => T): T;
}

/** Rows of one statement: running a statement costs as much as a small row. */
const TOGETHER = 10;

/** Prepared statements of a connection. */
export function topicStore(db: Connection): TopicStore {
  const topics = db.prepare<[], TopicRow>('SELECT * FROM topics ORDER BY name');
  const topic = db.prepare<[string], TopicRow>('SELECT * FROM topics WHERE name = ?');
  const addTopic = db.prepare<[string], TopicRow>(
    'INSERT INTO topics (name, head, first) VALUES (?, 0, 1) RETURNING *',
  );
  const setTopic = db.prepare<[TopicRow]>(
    `UPDATE topics SET head = @head, first = @first, anchor_id = @anchor_id, anchor_hash = @anchor_hash,
                       head_hash = @head_hash
      WHERE id = @id`,
  );
  const addOne = db.prepare<Value[]>(
    `INSERT INTO events (topic_id, id, kind, payload, headers, occurred_at_ms, hash) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const addTen = db.prepare<Value[]>(
    `INSERT INTO events (topic_id, id, kind, payload, headers, occurred_at_ms, hash)
     VALUES (?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?),
            (?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?),
            (?, ?, ?, ?, ?, ?, ?), (?, ?, ?, ?, ?, ?, ?)`,
  );
  // Node 22 ends a text at its first NUL, bytes not. Only a kind can hold one: the rest is JSON.
  const entries = db.prepare<[number, number, number], EntryRow & {readonly bytes: Uint8Array | null}>(
    `SELECT id, kind, payload, headers, occurred_at_ms, hash,
            CASE WHEN instr(kind, char(0)) THEN CAST(kind AS BLOB) END AS bytes
       FROM events WHERE topic_id = ? AND id > ? ORDER BY id LIMIT ?`,
  );
  // The length in bytes stands in the head of a row; that of a text would have to be counted.
  const sizes = db.prepare<[number, number, number], EntrySizeRow>(
    `SELECT id, occurred_at_ms AS occurredAtMs,
            octet_length(kind) + octet_length(payload) + octet_length(headers) + ifnull(octet_length(hash), 0) + 24 AS bytes
       FROM events WHERE topic_id = ? AND id > ? ORDER BY id LIMIT ?`,
  );
  const remove = db.prepare<[number, number]>('DELETE FROM events WHERE topic_id = ? AND id <= ?');
  const removeTopic = db.prepare<[number]>('DELETE FROM topics WHERE id = ?');
  const removeAllOf = db.prepare<[number]>('DELETE FROM events WHERE topic_id = ?');
  const removeCursors = db.prepare<[number]>('DELETE FROM consumers WHERE topic_id = ?');
  const cursor = db.prepare<[number, string], {cursor: number}>(
    'SELECT cursor FROM consumers WHERE topic_id = ? AND name = ?',
  );
  const setCursor = db.prepare<[number, string, number, number]>(
    `INSERT INTO consumers (topic_id, name, cursor, acked_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (topic_id, name) DO UPDATE SET cursor = excluded.cursor, acked_at = excluded.acked_at`,
  );
  return {
    topics: () => topics.all(),
    topic: name => topic.get(name),
    addTopic: name => {
      const row = addTopic.get(name);
      if (row === undefined) throw new Error(`the topic ${name} was not added`);
      return row;
    },
    setTopic: row => void setTopic.run(row),
    addEntries: rows => {
      let from = 0;
      for (; from + TOGETHER <= rows.length; from += TOGETHER)
        addTen.run(...valuesOf(rows, from, from + TOGETHER));
      for (; from < rows.length; from++) addOne.run(...valuesOf(rows, from, from + 1));
    },
    *entriesAfter(topicId, after, limit) {
      for (const {bytes, ...row} of entries.iterate(topicId, after, limit))
        yield bytes === null ? row : {...row, kind: Buffer.from(bytes).toString()};
    },
    sizesAfter: (topicId, after, limit) => sizes.all(topicId, after, limit),
    removeEntries: (topicId, upTo) => remove.run(topicId, upTo).changes,
    removeTopic: topicId => {
      for (const statement of [removeAllOf, removeCursors, removeTopic]) statement.run(topicId);
    },
    cursor: (topicId, consumer) => cursor.get(topicId, consumer)?.cursor,
    setCursor: (topicId, consumer, to, nowMs) => void setCursor.run(topicId, consumer, to, nowMs),
    together: work => db.immediate(work),
  };
}

function valuesOf(rows: readonly NewEntryRow[], from: number, to: number): Value[] {
  const values: Value[] = [];
  for (let at = from; at < to; at++) {
    const row = rows[at];
    if (row === undefined) break;
    const {topicId, id, kind, payload, headers, occurredAtMs, hash} = row;
    values.push(topicId, id, kind, payload, headers, occurredAtMs, hash);
  }
  return values;
}
