/**
 * Prints `N passed, N failed`, the sum over vitest's JSON reports in a directory, for .ci/run.
 * Before that, tests that were skipped are named, so that none goes missing unseen, and those that failed with the
 * beginning of why: whoever only sees the end of a long output learns what to look at.
 * Usage: node scripts/count-tests.mjs <directory> <exit code so far>. Fails when no test ran.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join, relative} from 'node:path';

const [directory, codeSoFar] = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (const name of readdirSync(directory)) {
  const text = readFileSync(join(directory, name), 'utf8');
  if (text === '') {
    failed += 1; // the run ended before it could report
    continue;
  }
  const report = JSON.parse(text);
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const file of report.testResults) {
    for (const {fullName, status, failureMessages} of file.assertionResults) {
      if (status === 'failed') describe(file.name, fullName, failureMessages.join('\n'));
      else if (status !== 'passed') console.log(`not run: ${fullName}`);
    }
    // A file that cannot be loaded has no tests that could fail.
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      failed += 1;
      describe(file.name, 'the file itself', file.message);
    }
  }
}
if (failed > 0 || passed === 0) process.exitCode = 1;
if (passed === 0 && codeSoFar === '0') console.log('FAILED: no test ran');
console.log(`${passed} passed, ${failed} failed`);

/** @param {string} file @param {string} test @param {string} why */
function describe(file, test, why) {
  console.log(`failed: ${relative('.', file)}: ${test}`);
  for (const line of why.split('\n').slice(0, 12)) console.log(`  ${line.slice(0, 300)}`);
}
