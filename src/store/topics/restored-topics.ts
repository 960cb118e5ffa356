/** Topics of another event log, brought into this one. */
import type {Connection} from '../driver/port.ts';

/** Of an event log of any version. */
export function topicNames(db: Connection): string[] {
  return db
    .prepare<[], {name: string}>('SELECT name FROM topics ORDER BY name')
    .all()
    .map(({name}) => name);
}

/** Adds every topic that is not there yet, whole, with its consumers; one that is there stays as it is. */
export function takeTopicsOf(db: Connection, path: string): void {
  db.prepare<[string]>('ATTACH DATABASE ? AS restored').run(path);
  try {
    db.immediate(() => {
      db.exec(`
        CREATE TEMP TABLE taken AS
          SELECT id AS theirs, name FROM restored.topics WHERE name NOT IN (SELECT name FROM main.topics);
        INSERT INTO main.topics (name, head, first, anchor_id, anchor_hash, head_hash)
          SELECT name, head, first, anchor_id, anchor_hash, head_hash FROM restored.topics
           WHERE id IN (SELECT theirs FROM taken);
        INSERT INTO main.events (topic_id, id, kind, payload, headers, occurred_at_ms, hash)
          SELECT ours.id, e.id, e.kind, e.payload, e.headers, e.occurred_at_ms, e.hash
            FROM taken JOIN main.topics ours ON ours.name = taken.name
            JOIN restored.events e ON e.topic_id = taken.theirs;
        INSERT INTO main.consumers (topic_id, name, cursor, acked_at)
          SELECT ours.id, c.name, c.cursor, c.acked_at
            FROM taken JOIN main.topics ours ON ours.name = taken.name
            JOIN restored.consumers c ON c.topic_id = taken.theirs;
        DROP TABLE taken;
      `);
    });
  } finally {
    db.exec('DETACH DATABASE restored');
  }
}
