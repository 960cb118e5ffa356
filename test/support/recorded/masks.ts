/** Puts the same text in place of what differs each time: ids by the order in which they come, times, sizes, pids. */
import type {Sandbox} from '../sandbox.ts';

type Mask = readonly [RegExp, string];

/** For what is known but for its place and the programs that run it. */
export function maskOfPlace(sandbox: Sandbox): (text: string) => string {
  const node = process.versions.node.replaceAll('.', '\\.');
  const masks: Mask[] = [
    [new RegExp(sandbox.root.replaceAll(/[.]/g, '\\$&'), 'g'), '/ROOT'],
    [new RegExp(`\\b(Node |"node": ")${node}\\b`, 'g'), '$1NODE'],
    [/(\bsqlite +)3\.\d+\.\d+, from (node:sqlite|better-sqlite3)/g, '$1VERSION, from DRIVER'],
    [/("message": ")3\.\d+\.\d+, from (node:sqlite|better-sqlite3)/g, '$1VERSION, from DRIVER'],
    [/(\bstint |"version": ")\d+\.\d+\.\d+\b/g, '$1VERSION'],
    [/\d+(\.\d+)? [KMGT]iB free/g, 'SIZE free'],
    [/● \d+d ago\b/g, '● DAYS ago'], // the jobs are of fixed days, and these words of today
    [/(\d+ jobs? takes?) [^"\n]*/g, '$1 SIZE'],
    // Which cgroup that is, and whether there is any, is the machine's.
    [/^ok +cgroup +.*\n(?: {10}.*\n)*/gm, ''],
    [/,\n {4}\{\n {6}"level": "ok",\n {6}"about": "cgroup",[^}]*\}/g, ''],
    [/\(Unexpected token .*? is not valid JSON\)/g, '(UNEXPECTED)'], // in the words of this Node
  ];
  return text => masked(text, masks);
}

/** For jobs that really run. Columns move with times and sizes, so of several blanks two are left. */
export function maskOfRuns(sandbox: Sandbox): (text: string) => string {
  const place = maskOfPlace(sandbox);
  return text => masked(numberedIds(masked(place(text), MACHINE)), RUNS);
}

/** Before ids are looked for: some of these look like one. */
const MACHINE: readonly Mask[] = [
  [/"(boot_?[iI]d|host|run_id)":"[^"]*"/g, '"$1":"…"'],
  [/\b(host|boot_id|pid_ns|uptime_ms|took_ms|cpu_user_ms|cpu_system_ms|group)=\S+/g, '$1=…'],
  [/"ended_at_ms":\d+,|\bended_at_ms=\d+ /g, ''], // only where the machine was busy
];

const RUNS: readonly Mask[] = [
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'ISO'],
  [/\b\d\d:\d\d:\d\d(\.\d{3})?\b/g, 'TIME'],
  [
    /"(ts|ts_ms|elapsed_ms|uptime_ms|took_ms|ms|createdAt|\w+_at_ms|since_ms|size_bytes|pid|pid_ns|rss_mib|memory_bytes|cpu_\w+|duration_secs|secs|p50|p95|max|quiet_secs|group|umask)":( ?)-?\d+(\.\d+)?/g,
    '"$1":$2N',
  ],
  [/"(starts|pids)":\[[\d,]*\]/g, '"$1":[…]'],
  [/\bpids=\[[\d,]+\]/g, 'pids=[…]'],
  [/("kind":"std(?:out|err)".*?),"spool":\[\d+,\d+\]/g, '$1'], // it stands on the last record of each write
  [/^( +kept +until )\S.*$/gm, '$1DAY'],
  [/^( +(?:cpu|memory) +)\S.*$/gm, '$1…'],
  [/\bpid( +|=)\d+/g, 'pid$1N'],
  [/\bprocess \d+\b/g, 'process N'],
  [/\b\d+(\.\d+)? ([KM]i)?B\b/g, 'SIZE'],
  [/(?<![\w.])\d+(\.\d+)?(ms|s|m \d+s|m)(?![\w.])/g, 'SPAN'],
  [/(?<=\S) {2,}/g, '  '],
];

/** Also where only the first digits of an id are printed, at least six. */
function numberedIds(text: string): string {
  const ids = [...new Set(text.match(/(?<![\w.])[0-9a-f]{12}(?![\w.])/g))];
  let numbered = text.replaceAll(/(?<![\w.])[0-9a-f]{16}(?![\w.])/g, 'REPOSITORY');
  for (const [at, id] of ids.entries()) {
    numbered = numbered.replaceAll(id, `ID-${at + 1}`);
    for (let length = 11; length >= 6; length -= 1)
      numbered = numbered.replaceAll(
        new RegExp(`(?<![\\w.])${id.slice(0, length)}(?![\\w])`, 'g'),
        `ID-${at + 1}…`,
      );
  }
  return numbered;
}

function masked(text: string, masks: readonly Mask[]): string {
  return masks.reduce((so, [what, by]) => so.replaceAll(what, by), text);
}
