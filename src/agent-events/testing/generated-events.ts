/** Events for tests of every kind: any keys, any JSON below them, text with astral characters and halves of them. */
import fc from 'fast-check';

import type {UnknownAgentEvent} from '../event.ts';

const ENVELOPE_KEYS = new Set(['index', 'emitted_at_ms', 'frame_depth']);

/** Any UTF-16, halves of surrogate pairs among it. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({unit: 'grapheme'}),
  fc.string({unit: 'binary'}),
  fc
    .array(fc.constantFrom('\ud83d', '\ude80', '🚀', '\\', '\\ud800', '"', '\n', '\u2028', '\0', 'é', 'a'), {
      maxLength: 8,
    })
    .map(pieces => pieces.join('')),
);

const anyJson = fc.letrec<{json: unknown}>(tie => ({
  json: fc.oneof(
    {maxDepth: 3, depthSize: 'small'},
    anyText,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), {maxLength: 4}),
    fc.dictionary(anyText, tie('json'), {maxKeys: 4}),
  ),
})).json;

/** Events as the union does not know them; none has a key of the envelope. */
export const anyEvent: fc.Arbitrary<UnknownAgentEvent> = fc
  .tuple(anyText, fc.dictionary(anyText, anyJson, {maxKeys: 5}), anyText, fc.boolean())
  .map(([type, others, sessionId, isTypeFirst]) => {
    const kept = Object.fromEntries(
      Object.entries(others).filter(([key]) => !ENVELOPE_KEYS.has(key) && key !== 'toJSON'),
    );
    const own = {type: `${type}t`, session_id: sessionId};
    return isTypeFirst ? {...own, ...kept, ...own} : {...kept, ...own};
  });
