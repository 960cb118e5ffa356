import {StintError} from '../base/index.ts';

/** Why nothing was written into a client's configuration. */
export function refused(message: string, hint?: string, cause?: unknown): StintError {
  return new StintError('CLIENT_CONFIG', message, {hint, cause});
}
