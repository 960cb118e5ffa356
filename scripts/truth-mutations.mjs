/**
 * Whether the truth suite finds faults: each of these, put alone into a copy of the sources, must make wrong what was
 * told rightly before. Prints which situations found it. A fault whose place is not there any more fails too: find the new
 * one. Some minutes; `npm run test:truth:mutations`, behind `--` the numbers of those to be tried.
 */
import {spawnSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {bundle} from './bundle.mjs';

/** In `file` the first of `places` that is there is replaced. `kinds` of situations are asked. */
const MUTATIONS = [
  {
    fault: 'silence of what is complete, or waits, is a stall',
    file: 'src/coordinator/domain/stall/stall.ts',
    places: [
      ['|| mayBeSilent)', '|| false)'],
      ['|| isOver)', '|| false)'],
    ],
    kinds: [2, 8],
  },
  {
    fault: 'nothing is expected to be long',
    file: 'src/coordinator/domain/stall/stall.ts',
    places: [
      ['expectMs >= 0 &&', 'expectMs < 0 &&'],
      ['open?.expectMs === undefined ?', 'open !== null ?'],
    ],
    kinds: [3],
  },
  {
    fault: 'a heartbeat is movement',
    file: 'src/progress/movement.ts',
    places: [
      ["all === before?.all ? 'nothing'", "all === before?.all ? 'movement'"],
      ['if (this.#last.get(kind) === told) return false;', ''],
    ],
    kinds: [1],
  },
  {
    fault: 'a clock that goes on is work',
    file: 'src/progress/movement.ts',
    places: [["new Set(['schema', 'ts_ms', 'elapsed_ms', 'seq',", "new Set(['schema',"]],
    kinds: [1],
  },
  {
    fault: 'numbers of records are believed, whatever they are',
    file: 'src/progress/record.ts',
    places: [
      ['!isWithin(record[key], Number.MAX_SAFE_INTEGER)', 'record[key] === null'],
      ['value !== undefined && !Number.isFinite(value)', 'value === null'],
    ],
    kinds: [5],
  },
  {
    fault: 'no record ends a run',
    file: 'src/progress/record.ts',
    places: [
      [
        'return TERMINAL.get(phase) ?? TERMINAL.get(event);',
        'return phase === event ? undefined : undefined;',
      ],
    ],
    kinds: [9],
  },
  {
    fault: 'the phase that was opened first is told in place of the last',
    file: 'src/progress/analysis/worker-run.ts',
    places: [['return this.#spans.open.at(-1);', 'return this.#spans.open.at(0);']],
    kinds: [7, 9],
  },
  {
    fault: 'a rate is of a millisecond',
    file: 'src/progress/analysis/rows/recent-rows.ts',
    otherwise: 'src/progress/analysis/row-count.ts',
    places: [
      ['/ width) * 1000)', '/ width))'],
      ['/ overMs) * 1000, overMs', '/ overMs), overMs'],
    ],
    kinds: [5],
  },
  {
    fault: 'time in which a phase is open again does not count',
    file: 'src/progress/analysis/phase.ts',
    places: [
      ['this.#wall += at - this.#openSince', 'this.#wall = at - at'],
      ['this.#wall +=', 'this.#wall = 0 *'],
    ],
    kinds: [9],
  },
  {
    fault: 'a stall that is on record is not told',
    file: 'src/jobs/view/listed-progress.ts',
    places: [
      ['stalled: isStalled,', 'stalled: false,'],
      ['stalled: stalledAt !== undefined,', 'stalled: false,'],
    ],
    kinds: [1],
  },
];

const root = join(import.meta.dirname, '..');
const chosen = process.argv.slice(2).map(Number);
const place = mkdtempSync(join(tmpdir(), 'stint-truth-'));
try {
  process.exitCode = await tryAll();
} finally {
  rmSync(place, {recursive: true, force: true});
}

async function tryAll() {
  const mutations = MUTATIONS.filter((_, at) => chosen.length === 0 || chosen.includes(at + 1));
  const before = play([...new Set(mutations.flatMap(({kinds}) => kinds))], join(root, 'bin', 'stint'));
  let missed = 0;
  for (const mutation of mutations) {
    const bin = await mutated(mutation);
    const found = bin === undefined ? [] : newFaults(before, play(mutation.kinds, bin));
    if (found.length === 0) missed += 1;
    const said = bin === undefined ? 'its place is gone' : `found by ${found.length} situations`;
    console.log(`${found.length === 0 ? 'MISSED' : 'found '}  ${mutation.fault}: ${said}`);
    for (const [name, fault] of found.slice(0, 3))
      console.log(`          ${name}\n            ${fault.slice(0, 200)}`);
  }
  console.log(`${mutations.length - missed} of ${mutations.length} faults were found`);
  return missed === 0 ? 0 : 1;
}

/** Situations, and what is wrong with the answers now and was not before. */
function newFaults(before, now) {
  return [...now].flatMap(([name, {faults}]) => {
    const known = new Set(before.get(name)?.faults.map(placeOf));
    const fault = faults.find(each => !known.has(placeOf(each)));
    return fault === undefined || !before.has(name) ? [] : [[name, fault]];
  });
}

/** Of a fault in words: what is wrong, without the values. */
function placeOf(fault) {
  return fault.split(' is ')[0];
}

/** A stint with this fault; undefined where the sources do not hold its place. */
async function mutated({file, otherwise, places}) {
  const copy = join(place, 'package');
  rmSync(copy, {recursive: true, force: true});
  for (const name of ['src', 'bin', 'package.json'])
    cpSync(join(root, name), join(copy, name), {recursive: true});
  for (const name of ['node_modules', 'scripts']) symlinkSync(join(root, name), join(copy, name));
  const path = [file, otherwise].map(name => name && join(copy, name)).find(name => name && existsSync(name));
  const source = path === undefined ? '' : readFileSync(path, 'utf8');
  const found = places.find(([from]) => source.includes(from));
  if (path === undefined || found === undefined) return undefined;
  writeFileSync(path, source.replace(found[0], found[1]));
  await bundle(copy, join(copy, 'dist', 'cli'));
  return join(copy, 'bin', 'stint');
}

/** Outcomes by kind and name. */
function play(kinds, bin) {
  const results = join(place, 'results.jsonl');
  rmSync(results, {force: true});
  spawnSync(
    process.execPath,
    [join(root, 'node_modules', 'vitest', 'vitest.mjs'), 'run', '--project', 'truth'],
    {
      cwd: root,
      stdio: 'ignore',
      env: {...process.env, TRUTH_BIN: bin, TRUTH_KINDS: kinds.join(','), TRUTH_RESULTS: results},
    },
  );
  const lines = existsSync(results) ? readFileSync(results, 'utf8').trimEnd().split('\n') : [];
  return new Map(
    lines.map(line => JSON.parse(line)).map(({kind, name, ...told}) => [`${kind}: ${name}`, told]),
  );
}
