import {ENDED_BY_ITSELF} from '../job/status.ts';

/** Whether a server ended by itself, which nobody wished, whatever code it had. */
export function isUnexpectedEnd({service}: {readonly service: boolean}, status: string): boolean {
  return service && ENDED_BY_ITSELF.includes(status);
}
