/** Why a job was ended that took more memory than it may. Pure. */
import {sizeText} from '../../../base/index.ts';

export function memoryReason(maxBytes: number, takenBytes: number): string {
  return `${REASON}${sizeText(maxBytes)}: about ${sizeText(takenBytes)}`;
}

/** Whether a job that was ended was ended for that, by the message of its end. */
export function isMemoryReason(message: string | undefined): boolean {
  return message?.startsWith(REASON) ?? false;
}

const REASON = 'it took more memory than ';
