/** Events as a coding agent emits them: mostly pieces of text, some tool calls with their updates. */

const ASCII =
  'The test fails because the reader keeps bytes behind the last newline.\nI will look at src/journal/cursor.ts first, ' +
  'then run "npm test -- cursor" again and see whether the other cases still hold. ';
const ANY =
  'Größere Änderung: der Leser behält Bytes hinter dem letzten Zeilenende. Файл прочитан целиком, 検索結果は三件です 🚀\n';
const SESSION = {session_id: 's-0d9e7c1a5b7f'};
const COUNT = 1000;

/** The sizes are those of the event as JSON, in bytes; `text` is `short` in many scripts, the others are ASCII. */
export const SIZES = {short: 200, long: 2048, text: 200};

/** A thousand events, all of the same size. */
export function eventsOf(kind) {
  const letters = [...(kind === 'text' ? ANY : ASCII).repeat(SIZES[kind] / 50)];
  return Array.from({length: COUNT}, (_, at) => fitted(at, letters, SIZES[kind]));
}

/** Starts to read the text at another place each time, and reads as much as there is room for. */
function fitted(at, letters, bytes) {
  const begin = (at * 7) % Math.floor(letters.length / 2);
  for (let length = bytes; length > 0; length--) {
    const event = eventWith(at, letters.slice(begin, begin + length).join(''));
    const size = Buffer.byteLength(JSON.stringify(event));
    if (size <= bytes) return event;
  }
  throw new Error(`there is no event of ${bytes} bytes`);
}

function eventWith(at, text) {
  const call = {tool_call_id: `call-${at}`, tool_name: 'read_file'};
  switch (at % 10) {
    case 7:
      return {type: 'agent_thought_chunk', ...SESSION, content: text};
    case 8:
      return {
        type: 'tool_call',
        ...SESSION,
        ...call,
        kind: 'read',
        status: 'pending',
        raw_input: {path: text},
      };
    case 9:
      return {
        type: 'tool_call_update',
        ...SESSION,
        ...call,
        status: 'completed',
        raw_output: text,
        error: null,
        duration_ms: at,
      };
    default:
      return {type: 'agent_message_chunk', ...SESSION, content: text};
  }
}
