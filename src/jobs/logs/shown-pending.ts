/** What was shown of a line before its record came, so that only the rest of the record is printed. */
import type {PendingText} from '../../coordinator/client/index.ts';
import {type LogRecord, outputText} from './log-record.ts';

export class ShownPending {
  /** Offsets in all that was written to the stream; alike while nothing was shown. */
  #from = 0;
  #to = 0;

  /** What was not shown yet. From then on it was. */
  take({offset, data, enc}: PendingText): string {
    const bytes = Buffer.from(data, enc ?? 'utf8');
    if (this.#to === this.#from || offset < this.#from || offset > this.#to) {
      this.#from = offset;
      this.#to = offset;
    }
    const fresh = bytes.subarray(this.#to - offset);
    this.#to += fresh.length;
    return fresh.toString(enc === 'base64' ? 'latin1' : 'utf8');
  }

  /** What was not shown yet of the text of the next record. */
  rest(record: LogRecord): string {
    const shown = this.#to - this.#from;
    this.forget();
    if (shown === 0) return outputText(record);
    const isText = record.enc !== 'base64';
    const bytes = Buffer.from(String(record.data), isText ? 'utf8' : 'base64');
    return bytes.subarray(shown).toString(isText ? 'utf8' : 'latin1');
  }

  /** The next record has come. */
  forget(): void {
    this.#to = this.#from;
  }
}
