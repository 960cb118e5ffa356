/** Starts a coordinator in the background. Two may start at once: one serves, the other leaves by itself. */
import {existsSync} from 'node:fs';
import {join} from 'node:path';

import {StintError} from '../../base/index.ts';
import {OWN_SCOPE, packageRoot, startDetachedNode} from '../../platform/index.ts';
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
  // A configuration that cannot be used keeps nobody from looking at jobs: whoever submits, and the doctor, tell of it.
  const configuration = await readConfiguration().catch(() => undefined);
  const args = configuration?.own_scope === true ? [state, OWN_SCOPE] : [state];
  await startDetachedNode(script, args, {
    nodeOptions: NODE_OPTIONS,
    dropped: droppedVariables(configuration),
  });
}

/** A small heap: starting a process costs more the larger its parent is. */
const NODE_OPTIONS = ['--max-semi-space-size=2'];
