/** The results as markdown: one table, and the facts of the machine that it came from. */
import {existsSync, readFileSync, writeFileSync} from 'node:fs';
import {cpus, loadavg, totalmem} from 'node:os';

import {fileSystem} from './place.mjs';

const HEAD = ['what', 'stint', 'against', 'ratio', 'goal', 'reached?'];
const BEGIN = '<!-- bench: begin -->';
const END = '<!-- bench: end -->';

/** Taken before anything is measured. */
export function machineFacts() {
  const load = loadavg().map(each => each.toFixed(2));
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`;
  return `${cpus().length} cores, ${memory} of memory, ${fileSystem()}; Node ${process.versions.node}, ${process.platform} ${process.arch}; load before: ${load.join(' ')}`;
}

/** `rows` are lists of cells, as `cellsOf` and `failedCells` make them. */
export function asMarkdown(facts, rows) {
  return [facts, '', line(HEAD), line(HEAD.map(() => '---')), ...rows.map(line), ''].join('\n');
}

/** In the place of the rows of a measurement that has none. */
export function failedCells({what, against, goal}, error) {
  return [what, 'failed', against, '–', goal.text, `no: ${error.message}`];
}

/** Puts the text between the markers of a file in place of what is there. */
export function writeBetweenMarkers(path, text) {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : `# Benchmarks\n\n${BEGIN}\n${END}\n`;
  const [begin, end] = [before.indexOf(BEGIN), before.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${path} has no lines ${BEGIN} and ${END}.`);
  writeFileSync(path, `${before.slice(0, begin + BEGIN.length)}\n${text}${before.slice(end)}`);
}

/** A row as the texts of its cells; what it does not say itself is that of its measurement. */
export function cellsOf(measurement, row) {
  const {
    what,
    goal,
    stint,
    against,
    ratio,
    difference,
    value = ratio,
  } = {
    what: measurement.what,
    against: measurement.against,
    goal: measurement.goal,
    ...row,
  };
  const shown = ratio === undefined ? (difference ?? '–') : ratio.toFixed(2);
  return [what, stint, against, shown, goal?.text ?? '–', verdict(goal, value)];
}

function verdict(goal, value) {
  if (goal === undefined) return '–';
  if (value === undefined) return 'not measured';
  return goal.holds(value) ? 'yes' : 'no';
}

function line(texts) {
  return `| ${texts.map(text => String(text).replaceAll('|', '\\|').replace(/\s+/g, ' ')).join(' | ')} |`;
}
