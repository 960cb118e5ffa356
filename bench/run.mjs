/**
 * `npm run bench`: measures stint against others and against the floor, side by side in one run, and prints a table.
 * `npm run bench -- <name…>` runs only these, `--quick` fewer rounds, and `--write` also puts what was printed into
 * docs/benchmarks.md. Ratios are the news; absolute figures depend on the machine and on what else it does.
 */
import {join} from 'node:path';
import {parseArgs} from 'node:util';

import './support/environment.mjs';
import {MEASUREMENTS} from './measurements.mjs';
import {measuredApart} from './support/isolated.mjs';
import {removeAll} from './support/place.mjs';
import {asMarkdown, failedCells, machineFacts, writeBetweenMarkers} from './support/report.mjs';
import {ROOT} from './support/stint.mjs';

process.exitCode = await main();

async function main() {
  const {values, positionals} = parseArgs({
    allowPositionals: true,
    options: {quick: {type: 'boolean', default: false}, write: {type: 'boolean', default: false}},
  });
  const unknown = positionals.find(name => MEASUREMENTS.every(each => each.name !== name));
  if (unknown !== undefined) {
    console.error(
      `There is no measurement ${unknown}. There are: ${MEASUREMENTS.map(({name}) => name).join(', ')}.`,
    );
    return 2;
  }
  const chosen = MEASUREMENTS.filter(({name}) => positionals.length === 0 || positionals.includes(name));
  const facts = machineFacts();
  const results = [];
  try {
    for (const measurement of chosen) results.push(await measured(measurement, values.quick));
  } finally {
    removeAll();
  }
  const text = asMarkdown(
    facts,
    results.flatMap(({rows}) => rows),
  );
  console.log(text);
  if (values.write) writeBetweenMarkers(join(ROOT, 'docs', 'benchmarks.md'), text);
  return results.some(({isWhole}) => !isWhole) ? 1 : 0;
}

/** One that fails has a row that says so. */
async function measured(measurement, quick) {
  console.error(`measuring ${measurement.name}`);
  try {
    return {rows: await measuredApart(measurement.name, quick), isWhole: true};
  } catch (error) {
    console.error(`${measurement.name}: ${error.message}`);
    return {rows: [failedCells(measurement, error)], isWhole: false};
  }
}
