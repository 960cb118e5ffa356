/**
 * Submits a job through the library, waits for its end and prints what it wrote. Exits with the job's exit code.
 *
 *   node examples/submit-and-wait.mjs                     a command of its own
 *   node examples/submit-and-wait.mjs make check          yours
 *
 * A coordinator is started when none is running; when it is killed meanwhile another one is, and `wait` goes on.
 */
import {createHash, randomBytes} from 'node:crypto';
import {realpathSync} from 'node:fs';
import {join} from 'node:path';

import {Client} from 'stint';
import {readLines} from 'stint/journal';

const given = process.argv.slice(2);
const command = given.length > 0 ? given : ['sh', '-c', 'echo working; sleep 1; echo done'];
try {
  process.exitCode = await submitAndWait(command);
} catch (error) {
  console.error(`${error.code}: ${error.message}\n${error.hint ?? ''}`);
  process.exitCode = 125;
}

async function submitAndWait(command) {
  const client = new Client({notify: message => console.error(message)});
  try {
    const submission = describe(command);
    await client.submit(submission);
    const {repo, invocation} = submission;
    console.error(`submitted: stint logs -f ${invocation}`);

    const job = {repo, invocation, name: 'example', attempt: 1};
    const {status, exit_code, message} = await client.wait(job);
    print(join(client.state, 'repos', repo, 'jobs', invocation, job.name, 'output.jsonl'));
    console.error(`${status}: ${message ?? `exit code ${exit_code}`}`);
    return exit_code ?? 125;
  } finally {
    client.close();
  }
}

function describe(command) {
  const directory = realpathSync(process.cwd());
  return {
    // Made by whoever submits: a submission that has to be repeated is known by it and runs once.
    invocation: randomBytes(6).toString('hex'),
    // The scope of a directory outside git. In a repository: `git config stint.id`, with the git common directory as place.
    repo: createHash('sha256').update(directory).digest('hex').slice(0, 16),
    place: directory,
    checkout: {worktree: null, branch: null, commit: null, dirty: null},
    trigger_command: command.join(' '),
    hook_type: null,
    cwd: directory,
    umask: process.umask(),
    env: Object.entries(process.env).map(([name, value]) => `${name}=${value}`),
    jobs: [{name: 'example', command, tags: [], sample_every: 1, linger_ms: 10_000}],
  };
}

function print(journal) {
  for (const lines of readLines(journal)) {
    for (const line of lines) {
      const {kind, data} = JSON.parse(line);
      if (kind !== 'status') console.log(`${kind}: ${data}`);
    }
  }
}
