import {fifoHasWriter, watchFifoEnd} from '../../../platform/index.ts';

/** Calls back once when nobody holds this job's FIFO (any more), whoever its parent is. The returned function takes that back. */
export function watchWrapper(fifo: string, onEnd: () => void): () => void {
  const watch = watchFifoEnd(fifo, onEnd);
  if (!fifoHasWriter(fifo)) {
    watch.close();
    setImmediate(onEnd);
  }
  return () => watch.close();
}
