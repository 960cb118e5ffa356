import {describe, expect, it} from 'vitest';

import {HealthRecord} from './sink-health.ts';

function record() {
  const said: string[] = [];
  return {said, health: new HealthRecord('/s.jsonl', message => said.push(message))};
}

describe('the health of a recorder', () => {
  it('is good, and nothing is said, while all goes well', () => {
    const {said, health} = record();
    health.wrote(3);
    health.recovered();
    expect(health.health).toEqual({written: 3, dropped: 0, lastError: undefined, since: undefined});
    expect(health.isSick).toBe(false);
    expect(said).toEqual([]);
  });

  it('is told once when it turns bad and once when it is good again, with what got lost in between', () => {
    const {said, health} = record();
    health.dropped(5, 'no event');
    health.failed('no space is left', 20);
    health.failed('still none', 30);
    health.dropped(2, 'still none');
    expect(health.health).toEqual({written: 0, dropped: 7, lastError: 'still none', since: 20});
    health.recovered();
    health.recovered();
    expect(health.health).toEqual({written: 0, dropped: 7, lastError: 'still none', since: undefined});
    health.failed('again', 50);
    health.recovered();
    expect(said).toEqual([
      'Events are not recorded in /s.jsonl: no space is left. The work goes on; what gets lost is counted.',
      'Events are recorded in /s.jsonl again; 2 got lost.',
      'Events are not recorded in /s.jsonl: again. The work goes on; what gets lost is counted.',
      'Events are recorded in /s.jsonl again; none got lost.',
    ]);
  });

  it('is not disturbed by whoever is warned', () => {
    const health = new HealthRecord('/s.jsonl', () => {
      throw new Error('deaf');
    });
    health.failed('a', 1);
    expect(health.isSick).toBe(true);
    health.recovered();
    expect(health.isSick).toBe(false);
  });
});
