import {messageOf} from './errors.ts';

/** What to say of any thrown value, also of one that throws when it is looked at. */
export function reasonOf(error: unknown): string {
  try {
    const message = String(messageOf(error)); // an error may carry anything there
    return message === '' && error instanceof Error ? error.name : message;
  } catch {
    return 'something was thrown that has no text'; // an object whose toString throws, or that has none
  }
}
