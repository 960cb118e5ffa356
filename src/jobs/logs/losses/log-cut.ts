/** What was cut out of a job's log because it may be no larger, in words. */
import {counted, sizeText} from '../../../base/index.ts';
import {copiedStatus} from '../../../coordinator/adapters/index.ts';
import {parseStatusEvent, type StatusEvent} from '../../../coordinator/domain/index.ts';

/** Of the status records that tell of it; undefined for any other. */
export function cutTextOf(data: unknown): string | undefined {
  const event = parseStatusEvent(data);
  if (event?.event === 'truncated') return truncatedText(event);
  if (event?.event === 'uncapped')
    return `only its log is kept below max_log_size, and not what it is made from: ${event.reason}`;
  return undefined;
}

/** Of a log that was cut: that what it is made from could not be kept small. Read of its status records. */
export function uncappedText(log: string): string | undefined {
  const uncapped = copiedStatus(log).find(({event}) => event?.event === 'uncapped');
  return cutTextOf(uncapped?.event);
}

/** Of all of it. */
export function cutText(bytes: number): string {
  return `${sizeText(bytes)} from the middle of its output were cut out of its log (max_log_size)`;
}

function truncatedText({bytes, lines}: Extract<StatusEvent, {event: 'truncated'}>): string {
  const of = lines === null ? '' : ` (${counted(lines, 'line')})`;
  return `${sizeText(bytes)} of its output${of} were cut out of its log here (max_log_size)`;
}
