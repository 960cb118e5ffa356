/** What reporting progress costs the work that reports, and how fast a large file of it is analysed. */
import {closeSync, openSync, rmSync, writeSync} from 'node:fs';
import {join} from 'node:path';

import {atMost} from './support/goals.mjs';
import {remove, temporaryDirectory} from './support/place.mjs';
import {output} from './support/processes.mjs';
import {interleaved, median} from './support/rounds.mjs';

const PROGRAMS = join(import.meta.dirname, 'programs');
const EVENTS = 5000;
const MANY = 1_000_000;
const FEW = 100_000;

export const name = 'progress';
export const what = '`emit` of the progress sink';
export const against = 'the same stringify, memory and `writeSync` by hand';
export const goal = atMost(1.3);

export async function run({rounds}) {
  const directory = temporaryDirectory();
  try {
    return [...(await reporting(directory, rounds(31))), ...(await analysing(directory, rounds(7)))];
  } finally {
    remove(directory);
  }
}

async function reporting(directory, rounds) {
  const path = join(directory, 'progress.jsonl');
  const results = await printed('emit-loop.mjs', path, EVENTS, rounds);
  const [sink, hand, inactive] = [results.sink, results.hand, results.inactive].map(median);
  for (const end of ['sink', 'hand']) rmSync(`${path}.${end}`);
  return [
    {stint: micros(sink), against: `${against}: ${micros(hand)}`, ratio: sink / hand},
    {
      what: '`emit` where nobody asked for progress',
      stint: `${inactive.toFixed(1)} ns`,
      goal: atMost(10, ' ns'),
      value: inactive,
    },
  ];
}

async function analysing(directory, rounds) {
  const [many, few] = [written(directory, MANY), written(directory, FEW)];
  const results = await interleaved(
    {
      analysis: () => printed('analyse-file.mjs', 'analyse', many),
      parse: () => printed('analyse-file.mjs', 'parse', many),
    },
    rounds,
  );
  const wrong = [...results.analysis, ...results.parse].find(({records}) => records !== MANY);
  if (wrong !== undefined) throw new Error(`${wrong.records} of ${MANY} records were read`);
  const took = Object.fromEntries(
    Object.entries(results).map(([way, runs]) => [way, median(runs.map(run => run.took))]),
  );
  const [peak, peakFew] = [await peakOf(many), await peakOf(few)];
  return [
    {
      what: 'analysis of 1,000,000 progress records',
      stint: `${(took.analysis / 1000).toFixed(2)} s`,
      against: `\`JSON.parse\` of its lines: ${(took.parse / 1000).toFixed(2)} s`,
      ratio: took.analysis / took.parse,
      goal: atMost(2.5),
    },
    {
      what: 'the most memory of that analysis, garbage kept small',
      stint: `${peak.toFixed(0)} MiB`,
      against: `of 100,000 records: ${peakFew.toFixed(0)} MiB`,
      goal: atMost(10, ' MiB more'),
      value: peak - peakFew,
    },
  ];
}

/** With little room for short-lived garbage, of which V8 otherwise keeps more the longer a program runs. */
async function peakOf(path) {
  const program = join(PROGRAMS, 'analyse-file.mjs');
  const args = ['--max-semi-space-size=1', program, 'analyse', path];
  return JSON.parse(await output(process.execPath, args)).peakMiB;
}

/** A file of so many records of a backfill: batches of three phases. */
function written(directory, records) {
  const path = join(directory, `${records}.jsonl`);
  const file = openSync(path, 'w');
  const phases = ['embed_batch', 'staging_write', 'checkpoint_save'];
  let text = '';
  for (let seq = 0; seq < records; seq++) {
    const sub_phase = seq % 2 === 0 ? 'start' : 'done';
    const event = phases[Math.floor(seq / 2) % 3];
    const batch = Math.floor(seq / 6);
    const record = {
      schema: 'stint.progress.v1',
      event: `${event}_${sub_phase}`,
      phase: event.split('_')[0],
      sub_phase,
      ts_ms: 1_767_225_600_000 + seq * 7,
      elapsed_ms: seq * 7,
      run_id: '0123456789abcdef',
      seq,
      pid: 4242,
      tier: 'quality',
      embedder_id: 'minilm-384',
      rss_mib: 200 + (seq % 50),
      batch_index: batch,
      batch_rows: 128,
      rows_processed: batch * 128,
      rows_total: records * 128,
      bytes: 51_200,
    };
    text += `${JSON.stringify(record)}\n`;
    if (text.length < 1_000_000 && seq < records - 1) continue;
    writeSync(file, text);
    text = '';
  }
  closeSync(file);
  return path;
}

async function printed(program, ...args) {
  return JSON.parse(await output(process.execPath, [join(PROGRAMS, program), ...args.map(String)]));
}

function micros(nanoseconds) {
  return `${(nanoseconds / 1000).toFixed(1)} µs`;
}
