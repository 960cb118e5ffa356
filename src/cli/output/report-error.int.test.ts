import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';

import {StintError} from '../../base/index.ts';
import {exitCodeOf, isRetryable} from '../exit-codes.ts';
import {reportError} from './report-error.ts';

const written = vi.hoisted((): string[] => []);
vi.mock('node:fs', async original => ({
  ...(await original<typeof import('node:fs')>()),
  writeSync: (_fd: number, bytes: Buffer) => {
    written.push(bytes.toString());
    return bytes.length;
  },
}));

beforeEach(() => {
  written.length = 0;
  vi.stubEnv('STINT_DEBUG', undefined);
});
afterEach(() => vi.unstubAllEnvs());

function said(error: unknown, json = false): string {
  reportError(error, json);
  return written.splice(0).join('');
}

describe('an error', () => {
  it('is said with what to do, every line of it', () => {
    const error = new StintError('AMBIGUOUS', 'x means more than one job.', {hint: 'Use one of:\na\nb'});
    expect(said(error)).toBe('stint: x means more than one job.\n       Use one of:\n       a\n       b\n');
    expect(said(new StintError('USAGE', 'No.'))).toBe('stint: No.\n');
  });

  it('has nothing in it that steers a terminal', () => {
    const error = new StintError('NO_MATCH', 'No a\u001b[2J\nb.', {hint: 'Run: x\r\ny'});
    expect(said(error)).toBe('stint: No a\\x1b[2J\\x0ab.\n       Run: x\\x0d\n       y\n');
  });

  it('is one object of a shape that stays, with --json', () => {
    expect(
      JSON.parse(said(new StintError('BUSY', 'Busy.', {hint: 'Later.', details: {x: 1}}), true)),
    ).toEqual({
      error: {code: 'BUSY', message: 'Busy.', hint: 'Later.', retryable: true},
    });
    expect(JSON.parse(said(new StintError('USAGE', 'No.'), true))).toEqual({
      error: {code: 'USAGE', message: 'No.', hint: null, retryable: false},
    });
  });

  it.each([
    ['ENOSPC', 'DISK_FULL', 'Free some space'],
    ['EDQUOT', 'DISK_FULL', 'Free some space'],
    ['SQLITE_FULL', 'DISK_FULL', 'Free some space'],
    ['EACCES', 'STATE_DIR_UNUSABLE', 'stint doctor'],
    ['SQLITE_CORRUPT', 'STORE_CORRUPT', 'stint doctor --repair'],
    ['SQLITE_CORRUPT_INDEX', 'STORE_CORRUPT', 'stint doctor --repair'],
    ['SQLITE_NOTADB', 'STORE_CORRUPT', 'stint doctor --repair'],
    ['SQLITE_BUSY_RECOVERY', 'BUSY', 'Try again'],
    ['EWHATEVER', 'INTERNAL', 'Please report this'],
  ])('of the system with the code %s is %s', (code, expected, hint) => {
    const error = Object.assign(new Error('it happened'), {code});
    expect(JSON.parse(said(error, true))).toMatchObject({
      error: {
        code: expected,
        message: expect.stringContaining('it happened'),
        hint: expect.stringContaining(hint),
      },
    });
  });

  it('shows no stack trace unless it is asked for', () => {
    expect(said(new Error('x'))).not.toContain(' at ');
    vi.stubEnv('STINT_DEBUG', '1');
    expect(said(new Error('x'))).toContain(' at ');
  });

  it('may be any value', () => {
    expect(said('a string')).toContain('Unexpected: a string.');
    expect(said(undefined)).toContain('Unexpected: undefined.');
  });
});

describe('the exit code', () => {
  it.each([
    ['USAGE', 2],
    ['BAD_REQUEST', 2],
    ['AMBIGUOUS', 2],
    ['COMMAND_NOT_FOUND', 2],
    ['NO_MATCH', 3],
    ['JOB_NOT_FOUND', 3],
    ['PERMISSIONS_TOO_OPEN', 4],
    ['NOT_A_STINT_FILE', 4],
    ['NEWER_SCHEMA', 4],
    ['INTERNAL', 1],
    ['A_CODE_OF_TOMORROW', 1],
  ])('for %s is %i', (code, expected) => {
    expect(exitCodeOf(Object.assign(new Error('x'), {code}))).toBe(expected);
  });

  it.each([
    ['COMMAND_NOT_FOUND', 127],
    ['COMMAND_NOT_EXECUTABLE', 126],
    ['USAGE', 125],
    ['NO_MATCH', 125],
    ['NEWER_SCHEMA', 125],
    ['OUTPUT_CLOSED', 125],
    ['A_CODE_OF_TOMORROW', 125],
  ])('for %s is %i where the code of a job is given', (code, expected) => {
    expect(exitCodeOf(Object.assign(new Error('x'), {code}), true)).toBe(expected);
  });

  it('is 1 for what has no code', () => {
    expect(exitCodeOf(new Error('x'))).toBe(1);
    expect(exitCodeOf(undefined)).toBe(1);
    expect(isRetryable(undefined)).toBe(false);
  });
});
