/** The line that a job has begun and not ended: what it asks, and waits for an answer that never comes. */
import {PendingOutput, placeBehind} from '../../coordinator/adapters/index.ts';
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {outputText, PlainLines} from '../../jobs/index.ts';

/** Characters; of a longer one the end. */
const MOST = 200;

/** As it is to be seen; empty where there is none. `lastLine`: of its journal. */
export function unfinishedLine(
  {directory}: ListedJob,
  lastLine: string,
  stream?: 'stdout' | 'stderr',
): string {
  const pending = new PendingOutput(directory);
  pending.moveTo(placeBehind(lastLine));
  const texts = pending
    .take()
    .filter(each => stream === undefined || each.stream === stream)
    .map(({data, enc, stream: kind}) =>
      plainText(outputText({seq: 0, ts: 0, kind, data, ...(enc && {enc})})),
    );
  return texts
    .filter(text => text !== '')
    .join(' … ')
    .slice(-MOST);
}

function plainText(text: string): string {
  const lines = new PlainLines(false);
  const record = {seq: 0, ts: 0, kind: 'stdout', data: text};
  return [...lines.take([{record}]), ...lines.end()].map(entry => String(entry.record.data)).join('');
}
