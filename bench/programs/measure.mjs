/**
 * Takes one measurement and tells the process that started this its rows, or what kept it from having any. Arguments: the
 * name of the measurement, perhaps `--quick`.
 */
import '../support/environment.mjs';
import {MEASUREMENTS} from '../measurements.mjs';
import {removeAll} from '../support/place.mjs';
import {cellsOf} from '../support/report.mjs';

const [name, ...flags] = process.argv.slice(2);
const quick = flags.includes('--quick');
const measurement = MEASUREMENTS.find(each => each.name === name);
const rounds = full => (quick ? Math.min(3, full) : full);

process.send(await answer(), () => process.exit());

async function answer() {
  try {
    const rows = await measurement.run({quick, rounds});
    return {rows: rows.map(row => cellsOf(measurement, row))};
  } catch (error) {
    console.error(error);
    return {error: error.message};
  } finally {
    removeAll();
  }
}
