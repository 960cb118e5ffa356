/** A configuration of a client as text: what is written there of a server, and the same text with it and without it. */
import type {Entry} from '../entry.ts';

/** All of it is pure. The rest of the text, its order and its comments stay as they are, to the byte. */
export interface Documents {
  /** What is written of the server; undefined where nothing is. Throws `Unreadable`. */
  read(text: string, place: Place): unknown;
  /** The text with this entry, in place of the one that is there, or else at the end. Throws `Unreadable`. */
  put(text: string, place: Place, entry: Entry): string;
  /** The text without it. Throws `Unreadable`. */
  remove(text: string, place: Place): string;
}

/** Where an entry stands: the key of the list of servers, and that of this one in it. */
export interface Place {
  readonly servers: string;
  readonly name: string;
}

/** Why a text cannot be read, or not be changed without losing something: the rest of a sentence that begins with its path. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
}
