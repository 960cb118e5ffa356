/** How much is kept of recorded sessions and of other topics in the state directory. A variable goes before config.yml. */
import {
  type EventLimits,
  jobOptionValue,
  KEEPING_OPTIONS,
  type KeepingOption,
  StintError,
} from '../base/index.ts';
import {environment} from '../platform/index.ts';
import {readConfiguration} from '../project/index.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Throws `USAGE` where a variable or the configuration holds what cannot be. */
export async function eventLimits(configuration = readConfiguration()): Promise<EventLimits> {
  const configured = await configuration;
  const told = async ({is, variable, key, usual}: KeepingOption): Promise<number | null> => {
    const own = environment()[variable];
    const text = own ?? configured?.[key];
    if (text === undefined) return usual;
    const what = own === undefined ? `${key} in ${configured?.path}` : variable;
    const value = (await jobOptionValue({is}, text, what)) as number | null;
    if (is === 'age or none' && value !== null && value < DAY_MS) throw tooShort(what, text);
    return value;
  };
  const [retention, size, ofTopics, sizeOfTopics] = KEEPING_OPTIONS;
  return {
    sessions: {retentionMs: await told(retention), maxBytes: await told(size)},
    topics: {retentionMs: await told(ofTopics), maxBytes: await told(sizeOfTopics)},
  };
}

function tooShort(what: string, text: string): StintError {
  return new StintError('USAGE', `${what} is '${text}', shorter than a day.`, {
    hint: 'What is not a day old always stays. For example: 30d, or none to keep it for good.',
  });
}
