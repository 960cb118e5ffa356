/**
 * Submits `true` and waits for its end, so often, so many at a time, through one client of stint.
 * Arguments: state directory, working directory, jobs, at a time. Prints milliseconds.
 */
import {randomBytes} from 'node:crypto';

import {Client} from '../../dist/lib/index.js';

const [state, cwd, ...numbers] = process.argv.slice(2);
const [jobs, lanes] = numbers.map(Number);
const repo = '0123456789abcdef';
const client = new Client({state});
let left = jobs;

async function lane() {
  while (left-- > 0) await job();
}

async function job() {
  const invocation = randomBytes(6).toString('hex');
  await client.submit({
    invocation,
    repo,
    place: cwd,
    trigger_command: 'true',
    hook_type: null,
    cwd,
    umask: 0o022,
    env: [`PATH=${process.env.PATH}`],
    checkout: {worktree: null, branch: null, commit: null, dirty: null},
    jobs: [{name: 'true', command: ['true'], tags: [], sample_every: 1, linger_ms: 10_000}],
  });
  const {status} = await client.wait({repo, invocation, name: 'true', attempt: 1});
  if (status !== 'completed') throw new Error(`the job ended as ${status}`);
}

await client.connect();
const started = performance.now();
await Promise.all(Array.from({length: lanes}, lane));
console.log(performance.now() - started);
client.close();
