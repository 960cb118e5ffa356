/** How many requests the coordinator answers, asked one at a time over each connection, beside a server that only echoes. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';

import {atLeast} from './support/goals.mjs';
import {killed, moveToCore, onCore, output} from './support/processes.mjs';
import {medians} from './support/rounds.mjs';
import {withStint} from './support/stint.mjs';

const PROGRAMS = join(import.meta.dirname, 'programs');
const LASTING_MS = 1000;
const CONNECTIONS = [1, 16];
const [SERVER_CORE, CLIENT_CORE] = [0, 1];

export const name = 'request-answer';
export const what = '`Ping` requests answered';
export const against = 'a bare Node server that echoes the same frames';
export const goal = atLeast(0.85);

export async function run({rounds}) {
  return withStint(async stint => {
    await moveToCore(SERVER_CORE, await stint.coordinator());
    const mine = join(stint.state, 'coordinator.sock');
    const bare = join(stint.root, 'echo.sock');
    const [command, ...args] = onCore(SERVER_CORE, [
      process.execPath,
      join(PROGRAMS, 'echo-server.mjs'),
      bare,
    ]);
    // Like the coordinator in a session of its own: the system shares a busy machine among sessions.
    const server = spawn(command, args, {detached: true, stdio: ['ignore', 'pipe', 'inherit']});
    try {
      await once(server.stdout, 'data');
      const variants = CONNECTIONS.flatMap(connections => [
        [`bare ${connections}`, () => asked(bare, connections)],
        [`stint ${connections}`, () => asked(mine, connections)],
      ]);
      const answered = await medians(Object.fromEntries(variants), rounds(15));
      return CONNECTIONS.map(connections => row(answered, connections));
    } finally {
      await killed(server.pid);
    }
  });
}

async function asked(socket, connections) {
  const loop = [process.execPath, join(PROGRAMS, 'ask-loop.mjs'), socket, connections, LASTING_MS];
  const [command, ...args] = onCore(CLIENT_CORE, loop.map(String));
  return Number(await output(command, args));
}

function row(answered, connections) {
  const [mine, bare] = [answered[`stint ${connections}`], answered[`bare ${connections}`]];
  return {
    what: `${what}, over ${connections === 1 ? 'one connection' : `${connections} connections`}`,
    stint: rate(mine),
    against: `${against}: ${rate(bare)}`,
    ratio: mine / bare,
  };
}

function rate(perSecond) {
  return `${(perSecond / 1000).toFixed(1)} k/s`;
}
