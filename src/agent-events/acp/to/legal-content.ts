/** Whether content is exactly what ACP defines, with nothing beside it: only then it may stand at its place. */
import {hasOnly, isNumber, isObject, isText, type JsonObject, oneOf, orNull} from '../json-shape.ts';

type Check = (value: unknown) => boolean;

interface Shape {
  readonly required: Readonly<Record<string, Check>>;
  readonly optional?: Readonly<Record<string, Check>>;
}

const textOrNull = orNull(isText);
const META: Readonly<Record<string, Check>> = {_meta: orNull(isObject)};

const ANNOTATIONS: Shape = {
  required: {},
  optional: {
    audience: orNull(value => Array.isArray(value) && value.every(oneOf('assistant', 'user'))),
    lastModified: textOrNull,
    priority: orNull(isNumber),
  },
};
const ANNOTATED = {annotations: orNull(value => fits(value, ANNOTATIONS))};

const RESOURCES: readonly Shape[] = [
  {required: {text: isText, uri: isText}, optional: {mimeType: textOrNull}},
  {required: {blob: isText, uri: isText}, optional: {mimeType: textOrNull}},
];

/** By `type`. https://agentclientprotocol.com/protocol/schema#contentblock */
const BLOCKS: Readonly<Record<string, Shape>> = {
  text: {required: {text: isText}, optional: ANNOTATED},
  image: {required: {data: isText, mimeType: isText}, optional: {...ANNOTATED, uri: textOrNull}},
  audio: {required: {data: isText, mimeType: isText}, optional: ANNOTATED},
  resource_link: {
    required: {name: isText, uri: isText},
    optional: {
      ...ANNOTATED,
      mimeType: textOrNull,
      title: textOrNull,
      description: textOrNull,
      size: orNull(Number.isSafeInteger),
    },
  },
  resource: {
    required: {resource: value => RESOURCES.some(shape => fits(value, shape))},
    optional: ANNOTATED,
  },
};

/** By `type`. https://agentclientprotocol.com/protocol/schema#toolcallcontent */
const TOOL_CONTENTS: Readonly<Record<string, Shape>> = {
  content: {required: {content: isContentBlock}},
  diff: {required: {path: isText, newText: isText}, optional: {oldText: textOrNull}},
  terminal: {required: {terminalId: isText}},
};

const LOCATION: Shape = {
  required: {path: isText},
  optional: {line: orNull(value => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32)},
};

export function isContentBlock(value: unknown): value is JsonObject {
  return fitsType(value, BLOCKS);
}

export function areToolContents(value: unknown): boolean {
  return Array.isArray(value) && value.every(each => fitsType(each, TOOL_CONTENTS));
}

export function areLocations(value: unknown): boolean {
  return Array.isArray(value) && value.every(each => fits(each, LOCATION));
}

function fitsType(value: unknown, shapes: Readonly<Record<string, Shape>>): boolean {
  if (!isObject(value) || !isText(value.type) || !Object.hasOwn(shapes, value.type)) return false;
  const {type, ...rest} = value;
  const shape = shapes[type as string];
  return shape !== undefined && fits(rest, shape);
}

function fits(value: unknown, {required, optional}: Shape): boolean {
  if (!isObject(value)) return false;
  const others = {...optional, ...META};
  return (
    hasOnly(value, [...Object.keys(required), ...Object.keys(others)]) &&
    Object.entries(required).every(([key, check]) => check(value[key])) &&
    Object.entries(others).every(([key, check]) => value[key] === undefined || check(value[key]))
  );
}
