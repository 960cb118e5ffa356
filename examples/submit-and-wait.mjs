/**
 * Submits a job through the library, waits for its end and prints what it wrote. Exits with the job's exit code.
 *
 *   node examples/submit-and-wait.mjs                     a command of its own
 *   node examples/submit-and-wait.mjs make check          yours
 *
 * A coordinator is started when none is running; when it is killed meanwhile another one is, and `wait` goes on.
 */
import {submit} from 'stint';
import {readLines} from 'stint/journal';

const given = process.argv.slice(2);
const command = given.length > 0 ? given : 'echo working; sleep 1; echo done';
try {
  const job = await submit({command, tell: message => console.error(message)});
  console.error(`submitted: stint logs -f ${job.address}`);
  const {status, exit_code, message} = await job.wait();
  print(job.log);
  console.error(`${status}: ${message ?? `exit code ${exit_code}`}`);
  process.exitCode = exit_code ?? 125;
} catch (error) {
  console.error(`${error.code}: ${error.message}\n${error.hint ?? ''}`);
  process.exitCode = 125;
}

function print(journal) {
  for (const lines of readLines(journal)) {
    for (const line of lines) {
      const {kind, data} = JSON.parse(line);
      if (kind !== 'status') console.log(`${kind}: ${data}`);
    }
  }
}
