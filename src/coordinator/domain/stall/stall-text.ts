import {secondsText} from '../../../base/index.ts';
import type {StalledEvent} from '../state/status-event.ts';

/** A stall in a sentence for people, for instance `nothing moved for 120 s, in embed (batch 3), which is open for 125 s`. */
export function stallText({silent_ms, phase, batch_index, open_ms}: StalledEvent): string {
  const silent = `nothing moved for ${secondsText(silent_ms)}`;
  if (phase === undefined) return `${silent}, between two phases`;
  const batch = batch_index === undefined ? '' : ` (batch ${batch_index})`;
  const open = open_ms === undefined ? '' : `, which is open for ${secondsText(open_ms)}`;
  return `${silent}, in ${phase}${batch}${open}`;
}

/** Why a job that is stalled is ended. */
export function stallReason(event: StalledEvent): string {
  return `${REASON}${stallText(event)}`;
}

/** Whether a job that was ended was ended for that, by the message of its end. */
export function isStallReason(message: string | undefined): boolean {
  return message?.startsWith(REASON) ?? false;
}

const REASON = 'it was stalled: ';
