/** What a tool answers: the same as text and as structured content, which together cost no more than they may. */

export interface Answer {
  readonly text: string;
  readonly structured: Readonly<Record<string, unknown>>;
}

/** Bytes of text and structured content together, as they are sent, unless more was asked for. */
export const USUAL_BYTES = 2048;

/** What the words around them take in the answer to a call, with what the SDK adds. */
const FRAME_BYTES = 200;

/** Bytes that an answer takes. */
export function sizeOf({text, structured}: Answer): number {
  return (
    Buffer.byteLength(JSON.stringify(text)) + Buffer.byteLength(JSON.stringify(structured)) + FRAME_BYTES
  );
}

/**
 * The longest that fits into so many bytes. `build` makes an answer out of so much of something (bytes of output, say), from
 * nothing to `most`; the more, the longer.
 */
export function fitted(limit: number, most: number, build: (amount: number) => Answer): Answer {
  const whole = build(most);
  if (sizeOf(whole) <= limit) return whole;
  let [least, beyond] = [0, most];
  let best = build(0);
  while (beyond - least > 1) {
    const amount = Math.floor((least + beyond) / 2);
    const answer = build(amount);
    if (sizeOf(answer) <= limit) [least, best] = [amount, answer];
    else beyond = amount;
  }
  return best;
}

/** Without what is null, undefined or empty: that costs tokens and tells nothing. */
export function told<T extends Readonly<Record<string, unknown>>>(fields: T): Told<T> {
  const entries = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(entries) as Told<T>;
}

export type Told<T> = {readonly [Name in keyof T]?: NonNullable<T[Name]>};
