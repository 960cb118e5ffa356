/**
 * Keeps the values of secret variables out of the texts of shell that are stored about a job. It is not `createRedactor`:
 * people read these texts, which stay as short as they were and need no key, and a job has told which of its values are secret.
 */
import {insideQuotes} from '../base/index.ts';

/** A word of a line of shell: pieces in quotes, escaped characters and plain ones. A quote that is never closed runs to the end. */
const WORD = /(?:"(?:[^"\\]|\\.?)*(?:"|$)|'[^']*(?:'|$)|\\.?|[^\s;&|"'\\]+)+/gs;
const ASSIGNMENT = /(["']?)\b([a-z_]\w*_(?:token|secret|key|password))=.+$/is;

/**
 * The text with every secret value, and every value given to a secret name, replaced by `***`. Knows values also as they
 * are written in a line of shell.
 */
export function redactShellText(text: string, secrets: readonly string[]): string {
  let redacted = text;
  for (const secret of secrets)
    redacted = redacted.replaceAll(secret, '***').replaceAll(insideQuotes(secret), '***');
  return redacted.replace(WORD, withoutAssignedSecret);
}

/** Hides the rest of the word: where it is itself a text of shell, what stands behind the value goes with it. */
function withoutAssignedSecret(word: string): string {
  return word.replace(ASSIGNMENT, (_, quote: string, name: string) => {
    const closing = quote || /^["']/.exec(word)?.[0] || '';
    return `${quote}${name}=***${closing}`;
  });
}
