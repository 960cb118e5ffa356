/** Characters that many readers take for the end of a line, though in JSON they are none. */
import {isAscii} from 'node:buffer';

const LINE_ENDS = ['\u0085', '\u2028', '\u2029'].map(each => Buffer.from(each));

/** Whether one of them stands in these bytes of UTF-8. Of plain ASCII that is known at once. */
export function holdsUnicodeLineEnd(bytes: Buffer): boolean {
  return !isAscii(bytes) && LINE_ENDS.some(each => bytes.includes(each));
}
