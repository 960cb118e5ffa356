import {afterEach, describe, expect, it, vi} from 'vitest';

import {eventLimits} from './limits.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const DAY = 24 * 60 * 60 * 1000;
const configured = (keys: Record<string, string>) => Promise.resolve({path: '/config.yml', ...keys});

describe('the limits of what is kept', () => {
  it('are 90 days and 2 GB for sessions and none for other topics where nobody set them', async () => {
    expect(await eventLimits(Promise.resolve(undefined))).toEqual({
      sessions: {retentionMs: 90 * DAY, maxBytes: 2_000_000_000},
      topics: {retentionMs: null, maxBytes: null},
    });
  });

  it('come from variables first, then from the configuration', async () => {
    vi.stubEnv('STINT_SESSION_RETENTION', 'none');
    vi.stubEnv('STINT_TOPIC_MAX_SIZE', '1MB');
    const limits = await eventLimits(
      configured({session_retention: '2d', session_max_size: 'none', topic_retention: '1d'}),
    );
    expect(limits).toEqual({
      sessions: {retentionMs: null, maxBytes: null},
      topics: {retentionMs: DAY, maxBytes: 1_000_000},
    });
  });

  it.each([
    ['STINT_SESSION_RETENTION', '23h', 'shorter than a day'],
    ['STINT_TOPIC_RETENTION', '-1d', 'not a duration'],
    ['STINT_TOPIC_RETENTION', '999999d', 'longer than a hundred years'],
    ['STINT_SESSION_MAX_SIZE', '99999999999999TB', 'larger than any disk'],
    ['STINT_TOPIC_MAX_SIZE', 'much', 'not a size'],
  ])('cannot be %s=%s', async (variable, value, why) => {
    vi.stubEnv(variable, value);
    const refused = expect.objectContaining({
      code: 'USAGE',
      message: expect.stringMatching(`^${variable} is .*${why}`),
    });
    await expect(eventLimits(configured({}))).rejects.toEqual(refused);
  });

  it('name the file where they stand wrong in it', async () => {
    await expect(eventLimits(configured({session_retention: '1h'}))).rejects.toThrow(
      "session_retention in /config.yml is '1h', shorter than a day.",
    );
  });
});
