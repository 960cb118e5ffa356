/**
 * Submits jobs that need each other as one graph, waits for all of them and says how each ended. Exits with 1 where one did not
 * complete.
 *
 *   node examples/build-graph.mjs
 *
 * Each starts as soon as what it needs has ended, and not in waves; what needs one that failed is skipped. Killing the coordinator
 * meanwhile changes nothing.
 */
import {submitJobs} from 'stint';

const jobs = [
  {name: 'fetch', command: 'echo fetched', retries: 2, backoffMs: 1000},
  {name: 'compile', command: 'echo compiled', needs: ['fetch'], timeoutMs: 600_000},
  {name: 'lint', command: 'exit 3', needs: ['fetch']},
  {name: 'test', command: 'echo tested', needs: ['compile']},
  {name: 'publish', command: 'echo published', needs: ['test', 'lint']},
  {name: 'report', command: 'echo reported', needs: [{name: 'publish', end: 'ended'}]},
];
const submitted = await submitJobs({jobs, tell: message => console.error(message)});
const outcomes = await Promise.all(submitted.map(job => job.wait()));
for (const {name, status, message} of outcomes)
  console.log(message === null ? `${name}: ${status}` : `${name}: ${status} (${message})`);
process.exitCode = outcomes.every(({status}) => status === 'completed') ? 0 : 1;
