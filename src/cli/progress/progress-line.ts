/** A progress record as a line for people. */
import {sizeText, visible} from '../../base/index.ts';
import type {ProgressRecord} from '../../progress/index.ts';
import {doneBrief, durationText, exactTime} from '../output/human.ts';
import {dim, red} from '../output/style.ts';

/** `12:03:04.123 embed start  batch 3  384/10000  note…`, the time local. Nothing in it steers a terminal. */
export function progressLine(record: ProgressRecord, now: number): string {
  const {phase, sub_phase, ts_ms, batch_index, batch_rows, bytes, expect_ms, note, error, waiting_on} =
    record;
  const facts = [
    batch_index === undefined ? '' : `batch ${batch_index}`,
    doneBrief(record.rows_processed ?? null, record.rows_total ?? null),
    batch_rows === undefined ? '' : `${batch_rows} in batch`,
    bytes === undefined ? '' : sizeText(bytes),
    expect_ms === undefined ? '' : `may take ${durationText(expect_ms)}`,
    waiting_on === undefined ? '' : `waits for ${visible(waiting_on)}`,
    note === undefined ? '' : visible(note),
    error === undefined ? '' : red(visible(error)),
  ].filter(fact => fact !== '');
  const isOneWord = phase === sub_phase;
  const what = visible(isOneWord ? phase : `${phase} ${sub_phase}`);
  return [`${dim(exactTime(ts_ms, now))} ${what}`, ...facts].join('  ');
}
