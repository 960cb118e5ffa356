import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

import {coreCount} from '../../../platform/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {keyOf} from '../../domain/index.ts';
import {REPO, SUBMITTED_AT, specOf} from '../../domain/testing/sample-jobs.ts';
import type {JobFiles} from '../../ports/index.ts';
import {JobPlace} from '../testing/job-place.ts';
import {jobDirectories} from './job-directories.ts';
import {readSpec, writeSpec} from './spec-file.ts';
import {openExitFile, readNumber, readWritten} from './wrapper-files.ts';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

describe('the directory of a job', () => {
  let files: JobFiles;
  let recycled: string[];
  beforeEach(() => {
    recycled = [];
    files = jobDirectories({state: directory.path, recycleFifo: path => recycled.push(path)});
  });
  const at = (...parts: string[]) => directory.at('repos', REPO, 'jobs', '3fa9c1d2e4b5', ...parts);

  it('is made with everything that is needed to start the job later, for its owner only', () => {
    files.create(specOf({name: 'a/b'}), ['A=1', {base64: 'WD3/'}, 'LINES=a\nb']);
    expect(readdirSync(at('a%2Fb')).sort()).toEqual(['env', 'spec.json']);
    expect(readFileSync(at('a%2Fb', 'env'), 'latin1')).toBe('A=1\0X=\xff\0LINES=a\nb\0');
    expect(readSpec(at('a%2Fb', 'spec.json'))).toEqual(specOf({name: 'a/b'}));
    for (const file of ['env', 'spec.json']) expect(statSync(at('a%2Fb', file)).mode & 0o777).toBe(0o600);
    for (const path of [at(), at('a%2Fb')]) expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('is made anew by a submission that is repeated', () => {
    files.create(specOf({command: ['a', 'long', 'command']}), ['A=12345']);
    files.create(specOf({command: ['b']}), ['A=1']);
    expect(readFileSync(at('npm', 'env'), 'utf8')).toBe('A=1\0');
    expect(files.inspect(keyOf(specOf())).spec).toEqual(specOf({command: ['b']}));
  });

  it('is removed without a trace when its submission failed, and a second time too', () => {
    files.create(specOf(), []);
    files.create(specOf({name: 'other'}), []);
    files.remove(specOf());
    expect(readdirSync(at())).toEqual(['other']);
    files.remove(specOf({name: 'other'}));
    expect(existsSync(at())).toBe(false);
    files.remove(specOf());
  });

  it('keeps only spec and journal once the job is closed, and gives the FIFO back', () => {
    files.create(specOf(), []);
    for (const file of ['out', 'err', 'pid', 'exit', 'alive', 'output.jsonl', 'output-000001.jsonl'])
      writeFileSync(at('npm', file), '', {mode: 0o600});
    files.discardSpool(specOf());
    expect(readdirSync(at('npm')).sort()).toEqual(['output-000001.jsonl', 'output.jsonl', 'spec.json']);
    expect(recycled).toEqual([at('npm', 'alive')]);
    files.discardSpool(specOf());
  });

  it('holds nothing when it is not there', () => {
    expect(files.inspect(keyOf(specOf()))).toEqual({
      spec: undefined,
      space: undefined,
      alive: false,
      hasFifo: false,
      wrapperPid: undefined,
      exitCode: undefined,
      state: undefined,
    });
  });

  it('is not followed out of the state directory', () => {
    files.create(specOf({name: 'other'}), []);
    symlinkSync('/', at('npm'));
    expect(() => files.inspect(keyOf(specOf()))).toThrow(
      expect.objectContaining({code: 'STATE_DIR_UNUSABLE'}),
    );
  });
});

describe('what is found in a directory', () => {
  let place: JobPlace;
  beforeEach(() => {
    place = new JobPlace();
  });
  afterEach(() => place.remove());
  const inspect = () =>
    jobDirectories({state: place.state, recycleFifo: () => undefined}).inspect(keyOf(place.spec));

  it('is what its files say', () => {
    place.hold();
    place.writeNumber('pid', 42);
    place.journal({event: 'started', pid: 42});
    expect(inspect()).toEqual({
      spec: place.spec,
      space: undefined,
      alive: true,
      hasFifo: true,
      wrapperPid: 42,
      began: {at: expect.any(Number)},
      exitCode: undefined,
      state: {status: 'running', startedAt: SUBMITTED_AT + 1000, pid: 42},
    });
    place.release();
    place.writeNumber('exit', 0);
    place.journal({event: 'finished', exit_code: 0});
    expect(inspect()).toMatchObject({alive: false, exitCode: 0, state: {status: 'completed'}});
  });

  it('is refused when others may read it', () => {
    chmodSync(place.path('spec'), 0o640);
    expect(inspect).toThrow(expect.objectContaining({code: 'PERMISSIONS_TOO_OPEN'}));
  });
});

describe('a spec', () => {
  const path = () => directory.at('spec.json');

  it('comes back as it was written', () => {
    const spec = specOf({name: '🚀 "\u2028', command: ['', {base64: '/w=='}]});
    writeSpec(path(), spec);
    expect(readSpec(path())).toEqual(spec);
  });

  it('is none unless it is whole and of a format that is known', () => {
    expect(readSpec(path())).toBeUndefined();
    expect(readSpec(join(path(), 'below'))).toBeUndefined();
    for (const text of ['', '{"format":1', 'null', '7', '{"format":3}', '[]']) {
      writeFileSync(path(), text, {mode: 0o600});
      expect(readSpec(path())).toBeUndefined();
    }
  });
});

describe('the files of the wrapper', () => {
  it('take their number without growing, and hold none until it is whole', () => {
    const path = directory.at('exit');
    const fd = openExitFile(path);
    const {size} = statSync(path);
    expect(readNumber(path)).toBeUndefined();
    for (const [written, expected] of [
      ['1', undefined],
      ['137', undefined],
      ['137 .', undefined],
      ['137 .\n', 137],
    ] as const) {
      writeFileSync(path, `${written.padEnd(size - 1)}\n`);
      expect(readNumber(path)).toBe(expected);
      expect(statSync(path).size).toBe(size);
    }
    expect(size).toBeGreaterThan('2147483647 .\n'.length);
    expect(fd).toBeGreaterThan(2);
  });

  it.each([
    ['dash', '0m0.000000s 0m0.010000s\n0m1.250000s 0m0.500000s\n', [1250, 500]],
    ['bash', '0m0.002s 0m0.001s\n61m1.250s 0m0.500s\n', [3_661_250, 500]],
    ['busybox', '0m0.00s 0m0.00s\n0m1.25s 0m0.50s\n', [1250, 500]],
    ['a shell with a comma in its numbers', '0m0,002s 0m0,001s\n0m1,250s 0m0,500s\n', [1250, 500]],
    ['a wrapper that was killed meanwhile', '0m0.002s 0m0.001s\n0m1.2', undefined],
    ['a wrapper that was killed a little later', '0m0.002s 0m0.001s\n0m1.250s 0m0.5', undefined],
    ['another shell', 'user 0m0.00s\nsys 0m0.00s\n', undefined],
    ['an earlier version', '', undefined],
  ])('hold the processor time behind the uptime, as written by %s', (_, times, expected) => {
    const path = directory.at('exit');
    const cpu = expected && {userMs: expected[0], systemMs: expected[1], cores: coreCount()};
    for (const uptime of ['', '123.45\n']) {
      writeFileSync(path, `7 .\n${uptime}${times}`.padEnd(256));
      expect(readWritten(path, undefined)).toMatchObject({number: 7});
      expect(readWritten(path, undefined)?.cpu).toEqual(cpu);
    }
  });

  it('hold no number when they are gone or hold something else', () => {
    expect(readNumber(directory.at('exit'))).toBeUndefined();
    for (const text of ['', 'x .\n', '-1 .\n', ' 1 .\n']) {
      writeFileSync(directory.at('exit'), text);
      expect(readNumber(directory.at('exit'))).toBeUndefined();
    }
  });
});
