/**
 * Holds a message against the JSON schema that comes with the official SDK, and more strictly than that schema asks: a
 * key that no definition of the protocol has is a fault, unless it stands where the schema takes anything (`_meta`,
 * `rawInput`, `rawOutput`).
 */
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';

type Schema = Readonly<Record<string, unknown>>;

interface Seen {
  readonly faults: readonly string[];
  readonly known: ReadonlySet<string>;
  /** Whether keys that are not defined are allowed here. */
  readonly open: boolean;
}

const path = createRequire(import.meta.url).resolve('@agentclientprotocol/sdk/schema/v1/schema.json');
const DEFINITIONS = (JSON.parse(readFileSync(path, 'utf8')) as {readonly $defs: Record<string, Schema>})
  .$defs;

/** What is wrong with a value as the definition of this name; empty for one that is right. */
export function schemaFaults(definition: string, value: unknown): readonly string[] {
  return faultsAt({$ref: `#/$defs/${definition}`}, value, definition);
}

function faultsAt(schema: Schema, value: unknown, at: string): readonly string[] {
  const {faults, known, open} = look(schema, value, at);
  if (open || !isObject(value)) return faults;
  const unknown = Object.keys(value).filter(key => !known.has(key));
  return [...faults, ...unknown.map(key => `${at}.${key} is not defined`)];
}

function look(schema: Schema, value: unknown, at: string): Seen {
  const parts: Seen[] = [plain(schema, value, at)];
  if (typeof schema.$ref === 'string') parts.push(look(definitionOf(schema.$ref), value, at));
  for (const each of schemas(schema.allOf)) parts.push(look(each, value, at));
  for (const choices of [schemas(schema.oneOf), schemas(schema.anyOf)])
    if (choices.length > 0) parts.push(best(choices, value, at));
  if (isObject(schema.not) && look(schema.not, value, at).faults.length === 0)
    parts.push({faults: [`${at} is what it must not be`], known: new Set(), open: false});
  const constrained = Object.keys(schema).some(
    key => !['description', 'title'].includes(key) && !key.startsWith('x-'),
  );
  return {
    faults: parts.flatMap(({faults}) => faults),
    known: new Set(parts.flatMap(({known}) => [...known])),
    open: !constrained || parts.some(({open}) => open),
  };
}

function best(choices: readonly Schema[], value: unknown, at: string): Seen {
  const seen = choices.map(each => look(each, value, at));
  const fitting = seen.filter(({faults}) => faults.length === 0);
  const fewest = seen.reduce((a, b) => (b.faults.length < a.faults.length ? b : a));
  return fitting[0] ?? fewest;
}

function plain(schema: Schema, value: unknown, at: string): Seen {
  const faults: string[] = [];
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.some(type => isOfType(value, type)))
    faults.push(`${at} is no ${types.join('|')}`);
  if ('const' in schema && schema.const !== value)
    faults.push(`${at} is not ${JSON.stringify(schema.const)}`);
  if (Array.isArray(schema.enum) && !schema.enum.includes(value)) faults.push(`${at} is none of the values`);
  if (typeof schema.minimum === 'number' && typeof value === 'number' && value < schema.minimum)
    faults.push(`${at} is less than ${schema.minimum}`);
  if (Array.isArray(value) && isObject(schema.items))
    for (const [index, each] of value.entries())
      faults.push(...faultsAt(schema.items, each, `${at}[${index}]`));
  const properties = isObject(schema.properties) ? schema.properties : {};
  if (isObject(value)) {
    for (const key of Array.isArray(schema.required) ? schema.required : [])
      if (value[String(key)] === undefined) faults.push(`${at}.${key} is missing`);
    for (const [key, each] of Object.entries(properties))
      if (value[key] !== undefined && isObject(each))
        faults.push(...faultsAt(each, value[key], `${at}.${key}`));
  }
  return {faults, known: new Set(Object.keys(properties)), open: schema.additionalProperties === true};
}

function isOfType(value: unknown, type: unknown): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function definitionOf(ref: string): Schema {
  const found = DEFINITIONS[ref.replace('#/$defs/', '')];
  if (found === undefined) throw new Error(`The schema has no ${ref}.`);
  return found;
}

function schemas(value: unknown): readonly Schema[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
