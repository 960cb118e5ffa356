/** Goes through a record and copies only what changes. */
/** A text without its secrets; all of it is one when its key says so. */
export type RedactText = (text: string, isSecret: boolean) => string;

/** What a change would make worthless: they go back to the provider as they are. */
const SEALED = /^(?:(?:thought|thinking|reasoning)?_?signature|encrypted_?(?:content|data|reasoning))$/i;
/** Blocks of thoughts that only the provider can read. */
const SEALED_BLOCKS: ReadonlySet<unknown> = new Set([
  'redacted_thinking',
  'redactedThinking',
  'reasoning.encrypted',
]);
const OWN = /^(?:type|(?:.*_)?id)$/;

/** Keys come again and again: what was found out about so many of them, and no long ones, is remembered. */
const REMEMBERED = 1000;
const LONGEST_REMEMBERED = 64;

interface Key {
  readonly redacted: string;
  readonly role: 'plain' | 'secret' | 'sealed';
  /** Whether it is left alone in the record itself. */
  readonly isOwn: boolean;
}

export function redactedCopy(redactText: RedactText, isSecretKey: (key: string) => boolean) {
  const remembered = new Map<string, Key>();

  const keyOf = (name: string): Key => {
    const known = remembered.get(name);
    if (known !== undefined) return known;
    const role = SEALED.test(name) ? 'sealed' : isSecretKey(name) ? 'secret' : 'plain';
    const key: Key = {redacted: redactText(name, false), role, isOwn: OWN.test(name)};
    if (remembered.size < REMEMBERED && name.length <= LONGEST_REMEMBERED) remembered.set(name, key);
    return key;
  };

  const copyOf = (value: unknown, isSecret: boolean): unknown => {
    if (typeof value === 'string') return value === '' ? value : redactText(value, isSecret);
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return arrayCopy(value, isSecret);
    if ('toJSON' in value && typeof value.toJSON === 'function')
      return writtenCopy(value, value.toJSON(), isSecret);
    if (value instanceof String) return writtenCopy(value, String(value), isSecret);
    return objectCopy(value, false);
  };

  /** The object itself when what is written for it holds nothing. */
  const writtenCopy = (value: object, written: unknown, isSecret: boolean): unknown => {
    const copy = copyOf(written, isSecret);
    return copy === written ? value : copy;
  };

  const arrayCopy = (values: readonly unknown[], isSecret: boolean): readonly unknown[] => {
    let copy: unknown[] | undefined;
    for (const [at, value] of values.entries()) {
      const each = copyOf(value, isSecret);
      if (copy === undefined && each !== value) copy = values.slice();
      if (copy !== undefined) copy[at] = each;
    }
    return copy ?? values;
  };

  const objectCopy = <T extends object>(object: T, isRecord: boolean): T => {
    let entries: [string, unknown][] | undefined;
    const secretAt = keyOfSecret(object, isSecretKey);
    const sealedAt = 'type' in object && SEALED_BLOCKS.has(object.type) ? 'data' : undefined;
    const given = Object.entries(object);
    for (const [at, [name, value]] of given.entries()) {
      const {redacted, role, isOwn} = keyOf(name);
      const isLeft = role === 'sealed' || name === sealedAt || (isRecord && isOwn);
      const copy = isLeft ? value : copyOf(value, role === 'secret' || name === secretAt);
      if (entries === undefined && (copy !== value || redacted !== name)) entries = given.slice(0, at);
      entries?.push([redacted, copy]);
    }
    return entries === undefined ? object : (Object.fromEntries(entries) as T);
  };

  return <T extends object>(record: T): T => objectCopy(record, true);
}

/** Of `{name: 'A_KEY', value: '…'}`, how variables and headers are handed to servers of tools, it is `value`. */
function keyOfSecret(object: object, isSecretKey: (key: string) => boolean): string | undefined {
  if (!('value' in object)) return undefined;
  const name = 'name' in object ? object.name : 'key' in object ? object.key : undefined;
  return typeof name === 'string' && isSecretKey(name) ? 'value' : undefined;
}
