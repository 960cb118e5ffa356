/** Events of all kinds for property tests: whole ones, some with a field changed, lost or added, and unknown ones. */
import fc from 'fast-check';

import {parsePersistedEvent} from '../envelope.ts';
import type {UnknownAgentEvent} from '../event.ts';
import {OWN_EVENTS} from './own-events.ts';
import {RUNTIME_LINES} from './runtime-lines.ts';

const WHOLE: readonly UnknownAgentEvent[] = [
  ...RUNTIME_LINES.flatMap(line => parsePersistedEvent(line)?.event ?? []),
  ...OWN_EVENTS,
].map(event => ({...event}));

const fieldName = fc.constantFrom(
  ...new Set(WHOLE.flatMap(event => Object.keys(event))),
  'mood',
  '_meta',
  '__proto__',
  '_placed',
);
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom(
    null,
    '',
    'failed',
    'completed',
    'switch_mode',
    'x',
    0,
    1,
    {},
    [],
    {stint: {}},
    {messageId: 'm', content: [{type: 'diff', path: 'a', newText: 'b'}], title: 't', kind: 'switch_mode'},
    {block: {type: 'image', data: '', mimeType: ''}, locations: [{path: 'a', line: -1}]},
    ['messageId'],
  ),
);

const changed = fc
  .tuple(
    fc.constantFrom(...WHOLE),
    fc.array(fc.tuple(fieldName, fc.option(value, {nil: undefined})), {maxLength: 3}),
  )
  .map(
    ([event, changes]): UnknownAgentEvent => ({
      ...event,
      ...Object.fromEntries(changes.filter(([key]) => key !== 'type')),
      type: event.type,
    }),
  );

const unknown = fc
  .tuple(fc.string({minLength: 1}), fc.dictionary(fc.string(), value))
  .map(([type, fields]): UnknownAgentEvent => ({...fields, type}));

export const anyEvent: fc.Arbitrary<UnknownAgentEvent> = fc.oneof({weight: 4, arbitrary: changed}, unknown);
