/**
 * What jobs run: small scripts, each in three languages with the same words. `r(sub_phase, phase, more)` reports, `mark`
 * says how far the script is, `hold` waits until it is let go on, `stand` waits for ever, `pause` waits for seconds.
 */

export function bash(script: string): string[] {
  return ['bash', '-c', `${BASH}${script}`];
}

export function python(script: string): string[] {
  return ['python3', '-c', `${PYTHON}${script}`];
}

export function node(script: string): string[] {
  return [process.execPath, '-e', `${NODE}${script}`];
}

/** In bash `r start embed '"rows_total":9'`; `$ts` is told in place of the time, and `label` before each event. */
const BASH = `
exec 9<>never
now() { local t=\${EPOCHREALTIME//[.,]/}; echo "\${t%???}"; }
r() {
  local t=\${EPOCHREALTIME//[.,]/}
  printf '{"event":"%s","phase":"%s","sub_phase":"%s","ts_ms":%s%s}\\n' \\
    "$2_$1" "$2" "$1" "\${ts:-\${t%???}}" "\${3:+,$3}" >> "$STINT_PROGRESS_JSONL"
}
rows() { r progress "$1" "\\"rows_processed\\":$2\${3:+,\\"rows_total\\":$3}"; }
mark() { : > "\${1:-ready}"; }
hold() { read -r _ < gate; }
pause() { read -rt "$1" -u 9; }
stand() { read -r -u 9; }
# moves <phase> [rows at the begin] [total]: 10 rows each time, for ever; marks ready after some
moves() {
  local n=\${2:-0} i=0
  while :; do n=$((n+10)); i=$((i+1)); rows "$1" $n $3; [ $i = 8 ] && mark; pause 0.05; done
}
`;

const PYTHON = `
import json, os, signal, subprocess, sys, threading, time
def r(sub_phase, phase, **more):
    record = {"event": phase + "_" + sub_phase, "phase": phase, "sub_phase": sub_phase, "ts_ms": int(time.time() * 1000)}
    with open(os.environ["STINT_PROGRESS_JSONL"], "a") as file:
        file.write(json.dumps({**record, **more}) + "\\n")
def mark(name="ready"): open(name, "w").close()
def hold(): open("gate").read()
def stand(): open("never").read()
pause = time.sleep
`;

const NODE = `
const {appendFileSync, readFileSync, writeFileSync, renameSync, rmSync, openSync, writeSync} = require('node:fs');
const PATH = process.env.STINT_PROGRESS_JSONL;
const line = (sub_phase, phase, more) =>
  JSON.stringify({event: phase + '_' + sub_phase, phase, sub_phase, ts_ms: Date.now(), ...more}) + '\\n';
const r = (sub_phase, phase, more) => appendFileSync(PATH, line(sub_phase, phase, more));
const mark = (name = 'ready') => writeFileSync(name, '');
const hold = () => readFileSync('gate');
const stand = () => readFileSync('never');
const pause = secs => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, secs * 1000);
`;
