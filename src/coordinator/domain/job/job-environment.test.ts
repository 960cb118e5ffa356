import {describe, expect, it} from 'vitest';

import {jobEnvironment} from './job-environment.ts';

describe('the environment of a job', () => {
  it('is what was inherited, as it is, and then what was set', () => {
    const inherited = ['A=1', {base64: 'WD3/'}, 'A.B=2', 'A=1', 'GIT_DIR=/else', 'STINT_JOB_IDS=kept'];
    expect(jobEnvironment(inherited, ['B=3'])).toEqual([...inherited, 'B=3']);
  });

  it('has what was set in the place of what was inherited, also where a name is not UTF-8', () => {
    const [first, second, other] = ['N\xff=1', 'N\xff=2', 'N\xfe=3'].map(text => ({
      base64: Buffer.from(text, 'latin1').toString('base64'),
    }));
    if (first === undefined || second === undefined || other === undefined) throw new Error('three');
    expect(jobEnvironment(['A=1', first, other, 'B=1'], ['A=2', second])).toEqual([
      other,
      'B=1',
      'A=2',
      second,
    ]);
  });

  it('has nothing that belongs to another job, whatever its value is', () => {
    const own = [
      'STINT_JOB_ID=x',
      {base64: Buffer.from('STINT_PROGRESS_RUN_ID=\xff', 'latin1').toString('base64')},
    ];
    expect(jobEnvironment([...own, 'A=1'], ['STINT_PROGRESS_JSONL=/else', 'B=2'])).toEqual(['A=1', 'B=2']);
  });
});

describe('where git is the caller', () => {
  const caller = ['GIT_EXEC_PATH=/usr/lib/git-core', 'GIT_AUTHOR_NAME=Ada', 'GIT_EDITOR=:'];

  it('nothing is passed on that is of one repository, but configuration and identity are', () => {
    const handedOn = [
      'GIT_CONFIG_COUNT=1',
      'GIT_CONFIG_KEY_0=a.b',
      'GIT_CONFIG_VALUE_0=c',
      'GIT_CONFIG_PARAMETERS=x',
    ];
    const ofTheMoment = [
      'GIT_DIR=/r/.git',
      'GIT_INDEX_FILE=.git/index.lock',
      'GIT_PREFIX=',
      'GIT_QUARANTINE_PATH=/q',
    ];
    expect(jobEnvironment([...caller, ...handedOn, ...ofTheMoment], [])).toEqual([...caller, ...handedOn]);
  });

  it('what is set on purpose is set, and what is set does not make git the caller', () => {
    expect(jobEnvironment([...caller, 'GIT_DIR=/hook'], ['GIT_DIR=/mine'])).toEqual([
      ...caller,
      'GIT_DIR=/mine',
    ]);
    expect(jobEnvironment(['GIT_EXEC_PATH=/a', 'GIT_DIR=/hook'], ['GIT_EXEC_PATH=/b'])).toEqual([
      'GIT_EXEC_PATH=/b',
    ]);
    expect(jobEnvironment(['GIT_DIR=/exported'], ['GIT_EXEC_PATH=/b'])).toEqual([
      'GIT_DIR=/exported',
      'GIT_EXEC_PATH=/b',
    ]);
  });
});
