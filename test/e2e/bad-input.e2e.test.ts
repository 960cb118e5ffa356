import {chmodSync, mkdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {afterAll, beforeAll, describe, expect, it} from 'vitest';

import {type RunOptions, Sandbox} from '../support/sandbox.ts';
import {shell} from '../support/shell.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = new Sandbox();
  writeFileSync(join(sandbox.work, 'plain'), 'echo x\n', {mode: 0o644});
  writeFileSync(join(sandbox.work, 'file'), '');
  mkdirSync(join(sandbox.work, 'directory'));
  await sandbox.ok(['run', '--wait', '--name', 'job', '--', 'true']);
});
afterAll(() => sandbox.dispose());

interface Mistake {
  readonly args: readonly string[];
  readonly exit: number;
  readonly code: string;
  readonly message: string;
  /** A part of the advice. */
  readonly hint: string | null;
}

const USAGE = {exit: 2, code: 'USAGE'};

const MISTAKES: readonly Mistake[] = [
  {
    args: ['frobnicate'],
    ...USAGE,
    message: 'There is no command frobnicate.',
    hint: 'To run a command: stint run -- frobnicate …',
  },
  {args: ['runn', 'x'], ...USAGE, message: 'There is no command runn.', hint: 'Did you mean: stint run?'},
  {args: ['run'], ...USAGE, message: 'No command was given.', hint: 'stint run -- npm test'},
  {args: ['run', '--'], ...USAGE, message: 'No command was given.', hint: 'stint run -- npm test'},
  {args: ['run', '-c', ' '], ...USAGE, message: 'The shell text of -c is empty.', hint: 'stint run -c'},
  {
    args: ['run', '-c', 'true', 'true'],
    ...USAGE,
    message: 'Give either a command or -c with a shell text, not both.',
    hint: null,
  },
  {args: ['run', '--zzz', 'x'], ...USAGE, message: "Unknown option '--zzz'.", hint: 'stint run --help'},
  {args: ['ls', '--zzz'], ...USAGE, message: "Unknown option '--zzz'.", hint: 'stint ls --help'},
  {
    args: ['ls', 'x', 'y'],
    ...USAGE,
    message: 'Too many arguments. Expected 1 argument but got 2.',
    hint: '--help',
  },
  {
    args: ['run', '--name'],
    ...USAGE,
    message: "Option '--name <name>' argument missing.",
    hint: 'stint run --help',
  },
  {
    args: ['run', '--', 'no-such-program'],
    exit: 2,
    code: 'COMMAND_NOT_FOUND',
    message: 'Command not found: no-such-program (looked in PATH).',
    hint: 'stint run -c',
  },
  {
    args: ['run', '--', './no-such-file'],
    exit: 2,
    code: 'COMMAND_NOT_FOUND',
    message: './no-such-file does not exist.',
    hint: 'Check the path.',
  },
  {
    args: ['run', '--wait', '--', 'no-such-program'],
    exit: 127,
    code: 'COMMAND_NOT_FOUND',
    message: 'Command not found: no-such-program (looked in PATH).',
    hint: 'stint run -c',
  },
  {
    args: ['run', '--', ''],
    exit: 2,
    code: 'COMMAND_NOT_FOUND',
    message: 'The command is empty.',
    hint: 'stint run -- <command>',
  },
  {
    args: ['run', '--', './plain'],
    exit: 2,
    code: 'COMMAND_NOT_EXECUTABLE',
    message: './plain is not executable.',
    hint: "chmod +x './plain'",
  },
  {
    args: ['run', '--', './directory'],
    exit: 2,
    code: 'COMMAND_NOT_EXECUTABLE',
    message: './directory is a directory, not a program.',
    hint: 'Name a program in it.',
  },
  {
    args: ['run', '--cwd', 'nowhere', 'true'],
    exit: 2,
    code: 'CWD_NOT_FOUND',
    message: 'nowhere does not exist.',
    hint: '--cwd',
  },
  {
    args: ['run', '--cwd', 'file', 'true'],
    exit: 2,
    code: 'CWD_NOT_FOUND',
    message: 'file is not a directory.',
    hint: '--cwd',
  },
  {
    args: ['run', '--linger', '5', 'true'],
    ...USAGE,
    message: "--linger is '5', not a duration.",
    hint: '90s, 10m',
  },
  {
    args: ['run', '--linger', 'soon', 'true'],
    ...USAGE,
    message: "--linger is 'soon', not a duration.",
    hint: '90s',
  },
  {
    args: ['run', '--linger', '-1s', 'true'],
    ...USAGE,
    message: "--linger is '-1s', not a duration.",
    hint: '90s',
  },
  {
    args: ['run', '--sample', '0', 'true'],
    ...USAGE,
    message: "--sample is '0', not a whole number of at least 1.",
    hint: '--sample 10',
  },
  {
    args: ['run', '--sample', 'all', 'true'],
    ...USAGE,
    message: "--sample is 'all', not a whole number of at least 1.",
    hint: '--sample 10',
  },
  {
    args: ['run', '--env', 'NAME', 'true'],
    ...USAGE,
    message: 'What --env was given is not NAME=value.',
    hint: '--env CI=1',
  },
  {
    args: ['run', '--env', '=x', 'true'],
    ...USAGE,
    message: 'What --env was given is not NAME=value.',
    hint: '--env CI=1',
  },
  {
    args: ['logs', 'job', '--since', 'x'],
    ...USAGE,
    message: "--since is 'x', not a time.",
    hint: '2026-11-29T14:05:30Z',
  },
  {args: ['wait'], ...USAGE, exit: 125, message: 'No job was named.', hint: 'stint status 3fa9:test'},
  {
    args: ['wait', 'job', '--timeout', '5'],
    ...USAGE,
    exit: 125,
    message: "--timeout is '5', not a duration.",
    hint: '90s, 10m',
  },
  {
    args: ['wait', '--nonsense'],
    ...USAGE,
    exit: 125,
    message: "Unknown option '--nonsense'.",
    hint: '--help',
  },
  {args: ['wait', 'nope'], exit: 125, code: 'NO_MATCH', message: 'No job matches nope.', hint: 'stint ls'},
  {
    args: ['run', '--time-out', '5m', '--wait', '--', 'true'],
    ...USAGE,
    exit: 125,
    message: "Unknown option '--time-out'.",
    hint: '--help',
  },
  {
    args: ['run', '-f', '--wait-up-to', '5', '--', 'true'],
    ...USAGE,
    exit: 125,
    message: "--wait-up-to is '5', not a duration.",
    hint: '90s, 10m',
  },
  {
    args: ['run', '--wait', '--', '/'],
    exit: 126,
    code: 'COMMAND_NOT_EXECUTABLE',
    message: '/ is a directory, not a program.',
    hint: 'Name a program in it.',
  },
  {args: ['status'], ...USAGE, message: 'No job was named.', hint: 'stint status 3fa9:test'},
  {
    args: ['stats', 'job', 'job'],
    ...USAGE,
    message: 'Too many arguments. Expected 1 argument but got 2.',
    hint: '--help',
  },
  {args: ['status', 'nope'], exit: 3, code: 'NO_MATCH', message: 'No job matches nope.', hint: 'stint ls'},
  {args: ['logs', 'nope'], exit: 3, code: 'NO_MATCH', message: 'No job matches nope.', hint: 'stint ls'},
  {args: ['logs', ''], exit: 3, code: 'NO_MATCH', message: 'No job matches .', hint: 'stint ls'},
  {
    args: ['ls', '--format', 'xml'],
    ...USAGE,
    message: "--format is 'xml'.",
    hint: 'It can be: table, json, ndjson, csv, tsv, yaml, markdown.',
  },
  {
    args: ['ls', '--format', 'jsn'],
    ...USAGE,
    message: "--format is 'jsn'.",
    hint: 'Did you mean: json? It can be: table,',
  },
  {
    args: ['logs', 'job', '--folow'],
    ...USAGE,
    message: "Unknown option '--folow'.",
    hint: 'Did you mean: --follow? Run: stint logs --help',
  },
  {
    args: ['ls', '-q', '--format', 'csv'],
    ...USAGE,
    message: 'Give either --quiet, which prints addresses, or a format, not both.',
    hint: 'stint ls --quiet',
  },
  {
    args: ['kill', '3fa9'],
    ...USAGE,
    message: 'There is no command kill.',
    hint: 'To end a job: stint cancel <address>',
  },
  {
    args: ['ls', '--last', '0'],
    ...USAGE,
    message: "--last is '0', not a whole number of at least 1.",
    hint: '--last 10',
  },
  {
    args: ['parallel', 'x'],
    ...USAGE,
    message: "N is 'x', not a whole number of at least 1.",
    hint: 'stint parallel 10',
  },
  {args: ['help', 'nope'], ...USAGE, message: 'There is no command nope.', hint: 'Run: stint --help'},
];

describe('a mistake is told in one message that says what to do', () => {
  it.each(MISTAKES)('stint $args', async mistake => {
    await expectMistake(mistake, {});
  });

  it('in a directory that was removed', async () => {
    const script = 'mkdir gone && cd gone && rmdir ../gone && stint "$@"';
    for (const args of [['ls'], ['run', '--', 'true'], ['logs', 'job']]) {
      const {code, stdout, stderr} = await shell(sandbox, script, args);
      expect([code, stdout.toString()]).toEqual([2, '']);
      expect(stderr).toBe(
        'stint: The current directory does not exist any more.\n       Change to one that exists.\n',
      );
    }
  });

  it('with HOME and all else unset', async () => {
    const script = 'exec env -i "$NODE" "$STINT" "$@"';
    for (const args of [['ls'], ['run', '--', '/bin/true'], ['doctor']]) {
      const {code, stdout, stderr} = await shell(sandbox, script, args);
      expect(code).toBe(1);
      const told = stdout.toString() + stderr;
      expect(told).toContain('No place for the state directory: HOME is not set.');
      expect(told).toContain('Set STINT_STATE_DIR to a directory of yours.');
    }
  });

  it('and leaves no job behind', async () => {
    expect((await sandbox.list()).map(({name}) => name)).toEqual(['job']);
  });
});

it('does not ask for words behind the command whether errors are to be JSON', async () => {
  const {code, stderr} = await sandbox.stint(['run', 'no-such-program', '--json']);
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^stint: Command not found: no-such-program/)]);
});

describe('a program that disappears or changes between the submission and its start', () => {
  it('ends with the code that a shell would give', async () => {
    const program = join(sandbox.work, 'program');
    for (const [change, wanted] of [
      [() => rmSync(program), 127],
      [() => chmodSync(program, 0o644), 126],
    ] as const) {
      writeFileSync(program, '#!/bin/sh\n', {mode: 0o755});
      await sandbox.ok(['parallel', '1']);
      const hold = await sandbox.submit(['-c', 'while test ! -e go; do sleep 0.01; done; rm go']);
      const address = await sandbox.submit(['--name', `program-${wanted}`, '--', './program']);
      change();
      writeFileSync(join(sandbox.work, 'go'), '');
      await sandbox.ok(['wait', hold]);
      expect((await sandbox.stint(['wait', address])).code).toBe(wanted);
      expect(await sandbox.ok(['logs', '--stderr', address])).toContain('./program');
    }
  });

  it('says of a script without a known interpreter what the system says', async () => {
    writeFileSync(join(sandbox.work, 'lost'), '#!/no/such/interpreter\n', {mode: 0o755});
    const {code} = await sandbox.stint(['run', '--wait', '--', './lost']);
    expect(code).toBe(127);
    expect(await sandbox.ok(['logs', 'lost'])).toContain('./lost');
  });
});

async function expectMistake({args, exit, code, message, hint}: Mistake, options: RunOptions): Promise<void> {
  const told = await sandbox.stint(args, options);
  expect([told.code, told.stdout]).toEqual([exit, '']);
  const [first = '', ...rest] = told.stderr.trimEnd().split('\n');
  expect(first.startsWith('stint: ')).toBe(true);
  expect(first.endsWith(message)).toBe(true);
  expect(rest.join('\n')).toContain(hint ?? '');
  expect(rest.every(line => line.startsWith('       ') && !line.includes('    at '))).toBe(true);
  const [command = '', ...others] = args;
  const asJson = command === 'help' ? [...args, '--json'] : [command, '--json', ...others];
  const json = await sandbox.stint(asJson, options);
  expect([json.code, json.stdout]).toEqual([exit, '']);
  expect(JSON.parse(json.stderr)).toEqual({
    error: {
      code,
      message: expect.stringContaining(message),
      hint: hint === null ? null : expect.stringContaining(hint),
      retryable: false,
    },
  });
}
