/** What every call has to work with. Nothing of it outlives the process, and nothing that matters is in it. */
import type {Client} from '../../coordinator/client/index.ts';
import {openReadingPlace, type ReadingPlace} from '../../jobs/index.ts';
import type {Bounds} from '../server/bounds.ts';

export interface Host {
  readonly bounds: Bounds;
  /** The state directory, if not the usual one. */
  readonly state: string | undefined;
  /** Where the server was started. Throws `CWD_NOT_FOUND` where that is gone. */
  readonly cwd: () => string;
  /** A connection to the coordinator for as long as the work takes. */
  readonly withClient: <T>(work: (client: Client) => Promise<T>) => Promise<T>;
  /** Hears what a person may want to know. */
  readonly notify: (message: string) => void;
}

/** Who asks, and what may be answered. */
export interface Caller {
  /** The name of the client's program, as it told it. */
  readonly name: string | undefined;
  /** It declared Tasks with this very request. */
  readonly takesTasks: boolean;
  /** Fires when the call was cancelled, or the client is gone. */
  readonly signal: AbortSignal;
  /** Tells how it stands while the call takes its time; undefined where the client did not ask for that. */
  readonly tell: ((message: string) => void) | undefined;
}

/** Looks jobs up from where the server was started; what is opened for that is closed with it. */
export async function inPlace<T>(
  {cwd, state}: Pick<Host, 'cwd' | 'state'>,
  work: (place: ReadingPlace) => T | Promise<T>,
): Promise<T> {
  const place = openReadingPlace(cwd, state);
  try {
    return await work(place);
  } finally {
    place.reader?.close();
  }
}
