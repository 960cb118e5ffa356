/** How much recorded sessions and topics take, what they may, and what is removed of them by itself. */
import {existsSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

import {sizeText} from '../../../base/index.ts';
import {bytesOn, readLastPrune} from '../../../coordinator/adapters/index.ts';
import {IN_STATE, locateEventLog} from '../../../event-log/index.ts';
import {previewEventPass} from '../../../jobs/index.ts';
import {systemClock} from '../../../platform/index.ts';
import {eventsNotes, usedText} from '../../pruning/events-text.ts';
import {lastEventsText} from '../../pruning/say-pruning.ts';
import {type Finding, problem} from './finding.ts';

const DATABASE = [IN_STATE.sqlite, `${IN_STATE.sqlite}-wal`, `${IN_STATE.sqlite}-shm`];

export async function checkEvents(state: string): Promise<Finding[]> {
  const about = 'used';
  try {
    const {inState, location} = await locateEventLog();
    const elsewhere = `the event log is ${location}, outside of the state directory: nothing is removed there by itself`;
    const note: Finding[] =
      inState === undefined && location !== null ? [{level: 'ok', about, message: elsewhere}] : [];
    if (![...Object.values(IN_STATE), 'sessions'].some(name => existsSync(join(state, name)))) return note;
    const pass = await previewEventPass(state);
    const logs = DATABASE.reduce(
      (sum, name) => sum + bytesOn(join(state, name)),
      bytesBelow(join(state, IN_STATE.file)),
    );
    const {events} = readLastPrune(state);
    const last = events === undefined ? [] : lastEventsText(events, systemClock.now());
    const onDisk = logs === 0 ? [] : [`the event log has ${sizeText(logs)} on the disk`];
    const message = [[usedText(pass), ...onDisk].join('; '), ...last].join('; ');
    const notes = eventsNotes(pass).map((text): Finding => ({level: 'note', about, message: text}));
    return [{level: 'ok', about, message}, ...notes, ...note];
  } catch (error) {
    return [problem(about, error)]; // a setting that cannot be
  }
}

/** 0 where there is nothing, or what may not be looked into. */
function bytesBelow(directory: string): number {
  try {
    const names = readdirSync(directory, {recursive: true, encoding: 'utf8'});
    return names.reduce((sum, name) => sum + bytesOn(join(directory, name)), bytesOn(directory));
  } catch {
    return 0;
  }
}
