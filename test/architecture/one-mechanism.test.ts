import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

import {describe, expect, it} from 'vitest';

import {STATUSES} from '../../src/coordinator/domain/job/status.ts';
import {ROOT} from './package-copy.ts';

const status = `'(?:${Object.keys(STATUSES).join('|')})'`;

/** What there is one mechanism for; the words or imports that it takes; the only files (or folders) that have them. */
const MECHANISMS: readonly (readonly [what: string, words: RegExp, onlyIn: readonly string[]])[] = [
  // Tool calls of agents have statuses of their own.
  ['a list of the statuses of a job', new RegExp(`${status}\\s*[,|]\\s*${status}`), ['agent-events/']],
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

describe('there is one', () => {
  it.each(MECHANISMS)('%s', (_, words, onlyIn) => {
    const found = Object.entries(SOURCES).filter(([, text]) => words.test(text));
    const files = found.map(([file]) => file);
    expect(files.filter(file => !onlyIn.some(path => file.startsWith(path)))).toEqual([]);
    expect(onlyIn.filter(path => !files.some(file => file.startsWith(path)))).toEqual([]);
  });
});

/** All that is compiled, by its path below `src`. */
const SOURCES = Object.fromEntries(
  readdirSync(join(ROOT, 'src'), {recursive: true, encoding: 'utf8'})
    .filter(file => file.endsWith('.ts') && !/[.]test[.]ts$|[/]testing[/]/.test(file))
    .map(file => [file, readFileSync(join(ROOT, 'src', file), 'utf8')]),
);
