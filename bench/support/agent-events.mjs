/** Events as a coding agent emits them. */

const ASCII =
  'The test fails because the reader keeps bytes behind the last newline.\nI will look at src/journal/cursor.ts first, ' +
  'then run "npm test -- cursor" again and see whether the other cases still hold. ';
const ANY =
  'Größere Änderung: der Leser behält Bytes hinter dem letzten Zeilenende. Файл прочитан целиком, 検索結果は三件です 🚀\n';
const SESSION = {session_id: 's-0d9e7c1a5b7f'};
const COUNT = 1000;

/** The sizes are those of the event as JSON, in bytes, at most. */
const KINDS = {
  /** Mostly pieces of text, and tool calls with little in them. */
  short: {bytes: 200, text: ASCII, eventWith: shortEvent},
  /** Tool calls with texts to replace and lists of matches, and long pieces of text. */
  long: {bytes: 2048, text: ASCII, eventWith: longEvent},
  /** As `short`, in many scripts. */
  text: {bytes: 200, text: ANY, eventWith: shortEvent},
};

/** A thousand events, all of about the same size. */
export function eventsOf(kind) {
  const {bytes, text, eventWith} = KINDS[kind];
  const letters = [...text.repeat(bytes / 50)];
  const lengthOf = event => Buffer.byteLength(JSON.stringify(event));
  return Array.from({length: COUNT}, (_, at) => {
    const begin = (at * 7) % Math.floor(letters.length / 2);
    let length = bytes - lengthOf(eventWith(at, ''));
    for (;;) {
      const event = eventWith(at, letters.slice(begin, begin + length).join(''));
      const excess = lengthOf(event) - bytes;
      if (excess <= 0) return event;
      length -= Math.ceil(excess / 4);
    }
  });
}

function shortEvent(at, text) {
  switch (at % 10) {
    case 7:
      return {type: 'agent_thought_chunk', ...SESSION, content: text};
    case 8:
      return callOf(at, {path: text});
    case 9:
      return updateOf(at, text);
    default:
      return {type: 'agent_message_chunk', ...SESSION, content: text};
  }
}

function longEvent(at, text) {
  const middle = Math.floor(text.length / 2);
  switch (at % 5) {
    case 0:
      return {type: 'agent_message_chunk', ...SESSION, content: text};
    case 1:
    case 2:
      return callOf(at, {
        path: 'src/journal/cursor.ts',
        old_text: text.slice(0, middle),
        new_text: text.slice(middle),
      });
    default:
      return updateOf(at, {matches: matchesIn(text), truncated: false});
  }
}

/** In lines of 80 letters, as a search gives them. */
function matchesIn(text) {
  const found = text.match(/.{1,80}/gsu) ?? [];
  return found.map((line, at) => ({path: 'src/journal/cursor.ts', line: at, text: line}));
}

function callOf(at, raw_input) {
  const tool_call_id = `call-${at}`;
  return {
    type: 'tool_call',
    ...SESSION,
    tool_call_id,
    tool_name: 'edit',
    kind: 'edit',
    status: 'pending',
    raw_input,
  };
}

function updateOf(at, raw_output) {
  const about = {tool_call_id: `call-${at}`, tool_name: 'search', status: 'completed'};
  return {type: 'tool_call_update', ...SESSION, ...about, raw_output, error: null, duration_ms: at};
}
