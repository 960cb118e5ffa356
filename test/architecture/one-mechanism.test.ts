/** What the house does in one place only: a second one of the kind fails here. Words as they stand in the code, tests left out. */
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {expect, it} from 'vitest';

import {STATUSES} from '../../src/coordinator/domain/job/status.ts';

const SRC = join(import.meta.dirname, '..', '..', 'src');

const STATUS = `'(?:${Object.keys(STATUSES).join('|')})'`;

/** What is done in one place, how it is recognised, and the files (or folders) where alone that may stand. */
const MECHANISMS: readonly (readonly [what: string, word: RegExp, places: readonly string[]])[] = [
  // Tool calls of agents have statuses of their own.
  [
    'a list of the statuses of a job',
    new RegExp(`${STATUS}\\s*[,|]\\s*${STATUS}`),
    ['agent-events/', 'coordinator/domain/job/status.ts'],
  ],
  ['quoting for a shell', /replaceAll\("'"/, ['base/text/shell-word.ts']],
  ['words for a code of the system', /E[A-Z]+: '/, ['platform/system-error.ts']],
  ['which code says that the disk is full', /'EDQUOT'/, ['platform/system-error.ts']],
  // Whose options a job's name is made from are those of other programs.
  ['reading a command line', /startsWith\('--'\)/, ['base/text/leading-options.ts', 'cli/command-line/']],
  ['a lock between processes', /BEGIN EXCLUSIVE/, ['store/locks/os-mutex.ts']],
  [
    'bringing what was written to the disk',
    /\bf(data)?syncSync\b|\.(data)?sync\(\)\.finally/,
    [
      'coordinator/adapters/settings.ts',
      'journal/writing/write-calls.ts',
      'platform/durability/sync-file.ts',
    ],
  ],
  [
    'choosing where SQLite comes from',
    /node:sqlite|'better-sqlite3', 'package|nodeSqlite\(\)/,
    [
      'store/driver/better-sqlite3.ts',
      'store/driver/choice.ts',
      'store/driver/node-sqlite.ts',
      'store/driver/port.ts',
    ],
  ],
  [
    'telling errors of SQLite apart',
    /SQLITE_(?!PATH)/,
    // What comes out of a statement unexplained meets the words of all other errors.
    [
      'cli/output/report-error.ts',
      'platform/system-error.ts',
      'store/driver/node-sqlite.ts',
      'store/driver/port.ts',
      'store/driver/result-codes.ts',
      'store/store-fault.ts',
    ],
  ],
  ['syncing in the background', /#inBackground\b/, ['platform/durability/background-sync.ts']],
  [
    'the spec of a job, or what stands for one that is gone,',
    /format: (1,|formatOf)/,
    ['coordinator/domain/job/attempt.ts', 'coordinator/usecases/taking-over/take-over.ts'],
  ],
  [
    'a deferred promise',
    /let \w+: .* = \(\) => undefined;\s+const promise = new Promise/,
    ['base/deferred.ts'],
  ],
  ['a gap in the place of lost events', /type: 'gap'/, ['agent-events/sinks/backlog/gap-event.ts']],
  ['losses that are told of together', /\.dropped \+ /, ['agent-events/sinks/backlog/losses.ts']],
  ['backpressure that ends at half', /\/ 2\) return false/, ['agent-events/sinks/backlog/capacity.ts']],
  ['the kinds of a tool', /'edit'\s*[,|]\s*'delete'/, ['agent-events/event.ts']],
  ['the topic of a session', /observability\.agent_events/, ['agent-events/topics/session-topic.ts']],
  ['a placeholder for a secret', /\[REDACTED:|'\*\*\*'/, ['redaction/']],
  ['names that tell of a secret', /TOKEN\|SECRET\|KEY\|PASSWORD/i, ['redaction/']],
  [
    'a rest before the next try',
    /setTimeout as delay/,
    [
      'cli/progress/progress-follow.ts', // between two pictures
      'coordinator/adapters/processes/job-processes.ts',
      'coordinator/adapters/processes/kill-job.ts',
      'coordinator/client/retry.ts',
      'event-log/stored/patience.ts', // of a store that is busy, which no coordinator has to do with
    ],
  ],
  [
    'going on while no coordinator can be had',
    /'COORDINATOR_UNREACHABLE', 'CONNECTION_CLOSED'/,
    ['coordinator/client/reconnection.ts'],
  ],
  ['the answer to a repository that moved', /code !== 'REPO_MOVED'/, ['jobs/submit/send-job.ts']],
  [
    'what stands in for a flag of a job',
    /STINT_(LINGER|STALL_AFTER|ON_STALL|NOTIFY)'/,
    ['base/job-options.ts'],
  ],
  ['an object of JSON', /!== null && !Array\.isArray/, ['base/json-kind.ts']],
  ['newline', /const (NEWLINE|LF|LINE_FEED|CR|CARRIAGE_RETURN) = |\b0x0a\b/, ['base/lines.ts']],
  ['search for where a line ends', /[iI]ndexOf\((NEWLINE|LF|10|0x0a)\b/, ['base/lines.ts']],
  ['reader of the lines of a file', /\bclass LineReader\b|node:readline/, ['platform/lines/line-reader.ts']],
  ['watch of files', /\bwatch(File)?\b[^;]*from 'node:fs(\/promises)?'/, ['platform/files/file-watch.ts']],
  [
    'mark of the end of a log',
    /"event":"closed"|event === 'closed'/,
    // The other two fold a record into a state, and look whether something is to be told behind it.
    [
      'coordinator/domain/state/closing.ts',
      'coordinator/domain/job/job.ts',
      'coordinator/adapters/recording/spool-recorder.ts',
    ],
  ],
  ['way to write all of some bytes', /function write(Whole|All|Fully)\b/, ['platform/files/write-whole.ts']],
  // A socket cannot be written, only moved there.
  [
    'way to replace a file',
    /[.](new|tmp)[`']/,
    ['platform/files/replace-file.ts', 'platform/sockets/placed-socket.ts'],
  ],
  ['warning of the process', /\.emitWarning\(|function warnOf\w+\(/, ['platform/processes/process-end.ts']],
];

it.each(MECHANISMS)('%s stands in one place', (_, word, places) => {
  const found = sources().filter(file => word.test(readFileSync(join(SRC, file), 'utf8')));
  const placeOf = (file: string) =>
    places.find(place => file === place || (place.endsWith('/') && file.startsWith(place)));
  expect([...new Set(found.map(file => placeOf(file) ?? file))].sort()).toEqual([...places].sort());
});

function sources(): string[] {
  return readdirSync(SRC, {recursive: true, encoding: 'utf8'}).filter(
    file => file.endsWith('.ts') && !file.endsWith('.test.ts') && !file.split('/').includes('testing'),
  );
}
