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
    health.dropped(5, 's', 'no event', 10);
    health.failed('no space is left', 20);
    health.failed('still none', 30);
    health.dropped(2, 's', 'still none', 40);
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

describe('a loss', () => {
  it('has the session and time of its first event, the newest reason and the number of all', () => {
    const {health} = record();
    expect(health.loss).toBeUndefined();
    health.dropped(1, 'first', 'a', 10);
    health.dropped(4, 'second', 'b', 20);
    const loss = {sessionId: 'first', dropped: 5, since: 10, reason: 'b'};
    expect(health.loss).toEqual(loss);
    expect(health.takeLoss()).toEqual(loss);
  });

  it('is taken once; what is lost afterwards is another one', () => {
    const {health} = record();
    health.dropped(1, 'a', 'x', 10);
    health.takeLoss();
    expect(health.takeLoss()).toBeUndefined();
    health.dropped(2, 'b', 'y', 20);
    expect(health.loss).toEqual({sessionId: 'b', dropped: 2, since: 20, reason: 'y'});
    expect(health.health.dropped).toBe(3);
  });
});
