/** What content ACP defines: only what is exactly that, with nothing beside it, may stand at its place. */
import * as v from 'valibot';

import {isObject} from '../../../base/index.ts';

const text = v.string();
const textOrNull = v.nullish(text);

/** With none but these keys, and `_meta`. */
const exactly = <E extends v.ObjectEntries>(entries: E) =>
  v.strictObject({...entries, _meta: v.nullish(v.custom<object>(isObject))});

const annotationShape = exactly({
  audience: v.nullish(v.array(v.picklist(['assistant', 'user']))),
  lastModified: textOrNull,
  priority: v.nullish(v.pipe(v.number(), v.finite())),
});
const annotated = {
  annotations: v.nullish(v.custom<object>(value => isObject(value) && v.is(annotationShape, value))),
};

/** https://agentclientprotocol.com/protocol/schema#contentblock */
export const contentBlock = v.variant('type', [
  exactly({type: v.literal('text'), text, ...annotated}),
  exactly({type: v.literal('image'), data: text, mimeType: text, uri: textOrNull, ...annotated}),
  exactly({type: v.literal('audio'), data: text, mimeType: text, ...annotated}),
  exactly({
    type: v.literal('resource_link'),
    name: text,
    uri: text,
    mimeType: textOrNull,
    title: textOrNull,
    description: textOrNull,
    size: v.nullish(v.pipe(v.number(), v.safeInteger())),
    ...annotated,
  }),
  exactly({
    type: v.literal('resource'),
    resource: v.union([
      exactly({text, uri: text, mimeType: textOrNull}),
      exactly({blob: text, uri: text, mimeType: textOrNull}),
    ]),
    ...annotated,
  }),
]);

/** https://agentclientprotocol.com/protocol/schema#toolcallcontent */
export const toolContents = v.array(
  v.variant('type', [
    exactly({type: v.literal('content'), content: contentBlock}),
    exactly({type: v.literal('diff'), path: text, newText: text, oldText: textOrNull}),
    exactly({type: v.literal('terminal'), terminalId: text}),
  ]),
);

/** https://agentclientprotocol.com/protocol/schema#toolcalllocation */
export const locations = v.array(
  exactly({
    path: text,
    line: v.nullish(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1))),
  }),
);
