/** Text that may hold any bytes: a string where they are UTF-8, else base64. What JSON and people can read stays readable. */
export type ByteString = string | {readonly base64: string};

export function fromBytes(bytes: Buffer): ByteString {
  const text = bytes.toString();
  return Buffer.from(text).equals(bytes) ? text : {base64: bytes.toString('base64')};
}

export function toBytes(value: ByteString): Buffer {
  return typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.base64, 'base64');
}

/** For people: bytes that are not UTF-8 become U+FFFD. */
export function toText(value: ByteString): string {
  return typeof value === 'string' ? value : toBytes(value).toString();
}
