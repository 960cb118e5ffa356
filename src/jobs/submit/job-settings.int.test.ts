import {mkdirSync, writeFileSync} from 'node:fs';

import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {givenJobOptions, givenRepoOptions} from '../../cli/submitting/given-options.ts';
import type {JobOptions} from '../../coordinator/domain/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../platform/testing/temporary-directory.ts';
import {AGENT_VARIABLES} from '../testing/agent-variables.ts';
import {jobSettings, repoSettings} from './job-settings.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
  vi.stubEnv('XDG_CONFIG_HOME', directory.path);
  for (const name of [
    'LINGER',
    'STALL_AFTER',
    'ON_STALL',
    'NOTIFY',
    'NOTIFY_ON',
    'RETENTION',
    'KEEP_LAST',
    'MAX_TOTAL_SIZE',
  ].map(each => `STINT_${each}`))
    vi.stubEnv(name, undefined);
  for (const name of AGENT_VARIABLES) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  directory.remove();
});

function configure(text: string): void {
  mkdirSync(directory.at('stint'), {recursive: true});
  writeFileSync(directory.at('stint', 'config.yml'), text);
}

/** Of a command line with these flags. */
async function settingsOf(flags: Readonly<Record<string, string>>): Promise<JobOptions> {
  return jobSettings(await givenJobOptions(flags));
}

const DAY_MS = 24 * 60 * 60 * 1000;
const NOT_CONFIGURED = {
  maxLogBytes: 100_000_000,
  priority: 0,
  group: null,
  service: false,
  timeoutMs: null,
  maxMemoryBytes: null,
  retries: 0,
  backoffMs: 5000,
  retryOn: null,
  now: false,
  by: null,
  merged: false,
  sampleEvery: 1,
  retentionMs: 7 * DAY_MS,
  retentionFailedMs: 30 * DAY_MS,
};
const CONFIGURED =
  'linger: 1s\nstall_after: 2s\non_stall: none\non_complete: 5m\nnotify: configured\nnotify_on: failure\n';

describe('whose a job is', () => {
  const byOf = async (flags: Readonly<Record<string, string>>) => (await settingsOf(flags)).by;

  it('is said by the flag, else by STINT_BY, else by the agent in whose environment it is submitted', async () => {
    expect(await byOf({})).toBeNull();
    vi.stubEnv('CLAUDECODE', '1');
    vi.stubEnv('CLAUDE_CODE_SESSION_ID', 's');
    expect(await byOf({})).toBe('claude-code/s');
    vi.stubEnv('STINT_BY', ' ada ');
    expect(await byOf({})).toBe('ada');
    expect(await byOf({by: 'grace'})).toBe('grace');
  });

  it('is said of nobody where either is blank', async () => {
    vi.stubEnv('CLAUDECODE', '1');
    expect(await byOf({by: ''})).toBeNull();
    vi.stubEnv('STINT_BY', ' ');
    expect(await byOf({})).toBeNull();
  });

  it('is refused where it is no name', async () => {
    await expect(byOf({by: 'a\nb'})).rejects.toMatchObject({
      code: 'USAGE',
      message: '--by cannot say whose a job is: it holds a control character.',
    });
    vi.stubEnv('STINT_BY', 'x'.repeat(201));
    await expect(byOf({})).rejects.toMatchObject({
      message: 'STINT_BY cannot say whose a job is: it is 201 bytes long, at most 200 are possible.',
    });
  });
});

describe('the settings of a job', () => {
  it('have defaults', async () => {
    expect(await settingsOf({})).toEqual({
      ...NOT_CONFIGURED,
      lingerMs: 10_000,
      stallAfterMs: 120_000,
      onStall: 'notify',
      onCompleteMs: null,
      notify: null,
      notifyOn: null,
    });
  });

  it('are those of the configuration, before it those of variables, before them those of flags', async () => {
    configure(CONFIGURED);
    expect(await settingsOf({})).toEqual({
      ...NOT_CONFIGURED,
      lingerMs: 1000,
      stallAfterMs: 2000,
      onStall: 'none',
      onCompleteMs: 300_000,
      notify: 'configured',
      notifyOn: ['failure'],
    });
    vi.stubEnv('STINT_LINGER', '3s');
    vi.stubEnv('STINT_STALL_AFTER', '4s');
    vi.stubEnv('STINT_ON_STALL', 'notify');
    vi.stubEnv('STINT_ON_COMPLETE', 'none');
    vi.stubEnv('STINT_NOTIFY', 'from a variable');
    vi.stubEnv('STINT_NOTIFY_ON', ' stall,end ');
    const byVariables = {
      ...NOT_CONFIGURED,
      lingerMs: 3000,
      stallAfterMs: 4000,
      onStall: 'notify',
      onCompleteMs: null,
      notify: 'from a variable',
      notifyOn: ['end', 'stall'],
    };
    expect(await settingsOf({})).toEqual(byVariables);
    const flags = {
      linger: '5s',
      stallAfter: '0',
      onStall: 'cancel',
      onComplete: '1m',
      notify: 'a flag',
      notifyOn: 'none',
    };
    expect(await settingsOf(flags)).toEqual({
      ...NOT_CONFIGURED,
      lingerMs: 5000,
      stallAfterMs: 0,
      onStall: 'cancel',
      onCompleteMs: 60_000,
      notify: 'a flag',
      notifyOn: [],
    });
  });

  it('keep a job that fails at least as long as one that does well, unless told otherwise', async () => {
    const kept = async (flags: Readonly<Record<string, string>>) => {
      const {retentionMs, retentionFailedMs} = await settingsOf(flags);
      return [retentionMs, retentionFailedMs].map(ms => (ms === null ? null : ms / DAY_MS));
    };
    expect(await kept({retention: '1d'})).toEqual([1, 30]);
    expect(await kept({retention: '60d'})).toEqual([60, 60]);
    expect(await kept({retention: 'none'})).toEqual([null, null]);
    expect(await kept({retention: '60d', retentionFailed: '2d'})).toEqual([60, 2]);
    configure('retention: 3d\nretention_failed: none\n');
    expect(await kept({})).toEqual([3, null]);
    vi.stubEnv('STINT_RETENTION', '4d');
    expect(await kept({})).toEqual([4, null]);
  });

  it.each([
    ['-1d', 'not a duration'],
    ['7', 'not a duration'],
    ['99999999999d', 'longer than a hundred years'],
  ])('refuse a retention of %s', async (retention, why) => {
    await expect(settingsOf({retention})).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(why),
    });
  });

  it('tell nobody when the variable for that is set but blank', async () => {
    configure(CONFIGURED);
    for (const blank of ['', ' ']) {
      vi.stubEnv('STINT_NOTIFY', blank);
      expect(await settingsOf({})).toMatchObject({notify: null});
    }
  });

  it('tell nobody where a program says so, whatever the configuration says', async () => {
    configure(CONFIGURED);
    expect(await jobSettings({notify: null})).toMatchObject({notify: null});
    expect(await jobSettings({notify: undefined})).toMatchObject({notify: 'configured'});
  });

  it('tell of ends and stalls where the command is given with the job, and nobody says of what', async () => {
    expect(await settingsOf({notify: 'tell'})).toMatchObject({notify: 'tell', notifyOn: ['end', 'stall']});
    expect(await jobSettings({notify: 'tell'})).toMatchObject({notifyOn: ['end', 'stall']});
    vi.stubEnv('STINT_NOTIFY', 'from a variable');
    expect(await settingsOf({})).toMatchObject({notify: 'from a variable', notifyOn: null});
    configure('notify_on: failure\n');
    expect(await settingsOf({notify: 'tell'})).toMatchObject({notifyOn: ['failure']});
  });

  it('are refused where they say when a person is told, and not by what', async () => {
    await expect(settingsOf({notifyOn: 'end'})).rejects.toMatchObject({code: 'USAGE'});
    await expect(settingsOf({notify: 'failure'})).rejects.toMatchObject({
      code: 'USAGE',
      hint: 'For example: --notify desktop --notify-on failure',
    });
    expect(await settingsOf({notifyOn: 'none'})).toMatchObject({notify: null, notifyOn: []});
    configure('notify_on: end\n');
    expect(await settingsOf({})).toMatchObject({notify: null, notifyOn: ['end']});
  });

  it.each([
    ['--notify-on', {notifyOn: 'ends'}, {}, ''],
    ['--notify-on', {notifyOn: 'end,,stall'}, {}, ''],
    ['--notify-on', {notifyOn: 'none,end'}, {}, ''],
    ['STINT_NOTIFY_ON', {}, {STINT_NOTIFY_ON: 'always'}, ''],
    ['notify_on in ', {}, {}, 'notify_on: failures\n'],
    ['--stall-after', {stallAfter: 'soon'}, {}, ''],
    ['--on-stall', {onStall: 'kill'}, {}, ''],
    ['--on-complete', {onComplete: '0'}, {}, ''],
    ['STINT_STALL_AFTER', {}, {STINT_STALL_AFTER: '5'}, ''],
    ['STINT_ON_STALL', {}, {STINT_ON_STALL: 'Cancel'}, ''],
    ['STINT_LINGER', {}, {STINT_LINGER: 'x'}, ''],
    ['stall_after in ', {}, {}, 'stall_after: 5\n'],
    ['on_stall in ', {}, {}, 'on_stall: kill\n'],
    ['linger in ', {}, {}, 'linger: long\n'],
  ])('are refused with where they were given: %s', async (where, flags, variables, text) => {
    for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
    if (text !== '') configure(text);
    await expect(settingsOf(flags)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(where),
      hint: expect.any(String),
    });
  });
});

describe('what is set for a repository', () => {
  const set = async (flags: Readonly<Record<string, string>>) => repoSettings(await givenRepoOptions(flags));

  it('is only what somebody sets', async () => {
    expect(await set({})).toEqual({});
    expect(await set({keepLast: '0'})).toEqual({keepLast: 0});
    configure('max_total_size: 500MB\n');
    expect(await set({keepLast: '5'})).toEqual({keepLast: 5, maxTotalBytes: 500_000_000});
    vi.stubEnv('STINT_MAX_TOTAL_SIZE', '1.5GiB');
    expect(await set({})).toEqual({maxTotalBytes: 1_610_612_736});
    expect(await set({maxTotalSize: 'none'})).toEqual({maxTotalBytes: null});
  });

  it.each([
    ['keepLast', '-1'],
    ['keepLast', '1.5'],
    ['maxTotalSize', '-5MB'],
    ['maxTotalSize', '5 parsecs'],
    ['maxTotalSize', '99999999999999TB'],
  ])('is refused where it cannot be: %s %s', async (option, value) => {
    await expect(set({[option]: value})).rejects.toMatchObject({code: 'USAGE'});
  });
});
