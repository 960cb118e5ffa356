import {StintError, visible} from '../../../base/index.ts';
import type {JobSummary} from '../job/job.ts';
import type {Block} from './may-start.ts';

/** Why a job cannot be moved in the queue: it is not there, or waits for something else than its turn. */
export function notQueued({spec, state}: JobSummary, block: Block | undefined): StintError {
  const name = visible(spec.name);
  if (block !== undefined)
    return new StintError('NOT_QUEUED', `${name} does not wait for its turn: ${BLOCKS[block.why]}.`, {
      hint: `To see for what: stint status ${spec.invocation.id}:${name}`,
    });
  const where = state.status === 'queued' ? 'being started' : state.status;
  return new StintError('NOT_QUEUED', `${name} is ${where}, and not queued any more.`);
}

const BLOCKS: Readonly<Record<Block['why'], string>> = {
  need: 'other jobs have to end first',
  attempt: 'the attempt before it has to be over',
  backoff: 'it is tried again after a pause',
};
