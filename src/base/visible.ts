/** Control characters, and those that begin a line or turn the direction of the text around them. */
export const STEERING = /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu;

/** A text from outside on one line and without effect on a terminal: an escape character is `\x1b`. */
export function visible(text: string): string {
  return text.replace(STEERING, escaped);
}

/** How such a character is shown. */
export function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16);
  return code.length > 2 ? `\\u${code.padStart(4, '0')}` : `\\x${code.padStart(2, '0')}`;
}
