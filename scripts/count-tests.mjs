/**
 * Prints `N passed, N failed`, the sum over vitest's JSON reports in a directory, for .ci/run.
 * Tests that were skipped are named before that, so that none goes missing unseen.
 * Usage: node scripts/count-tests.mjs <directory> <exit code so far>. Fails when no test ran.
 */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

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
  for (const {fullName, status} of report.testResults.flatMap(file => file.assertionResults)) {
    if (status !== 'passed' && status !== 'failed') console.log(`not run: ${fullName}`);
  }
  // A file that cannot be loaded has no tests that could fail.
  failed += report.testResults.filter(
    file => file.status === 'failed' && file.assertionResults.length === 0,
  ).length;
}
if (failed > 0 || passed === 0) process.exitCode = 1;
if (passed === 0 && codeSoFar === '0') console.log('FAILED: no test ran');
console.log(`${passed} passed, ${failed} failed`);
