/** Starts a coordinator in the background. Two may start at once: one serves, the other leaves by itself. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {StintError} from '../../base/index.ts';
import {packageRoot, startDetachedNode} from '../../platform/index.ts';
import {droppedVariables, readConfiguration} from '../../project/index.ts';

/** Resolves when the new process serves or has left; which of them serves is found out by connecting. */
export async function startCoordinator(state: string): Promise<void> {
  const script = join(packageRoot(), 'dist', 'cli', 'coordinator-entry.cjs');
  if (!existsSync(script)) {
    throw new StintError(
      'COORDINATOR_UNREACHABLE',
      'The coordinator cannot be started: stint is not built.',
      {hint: 'Run: npm run build'},
    );
  }
  const configuration = await readConfiguration().catch(() => undefined); // what is wrong with it says `run`
  const dropped = droppedVariables(configuration);
  await startDetachedNode(script, [state], {nodeOptions: NODE_OPTIONS, dropped});
}

/** A small heap: starting a process costs more the larger its parent is. */
const NODE_OPTIONS = ['--max-semi-space-size=2'];
