/** A state directory with one job in it, as the coordinator would have made it. */
import {appendFileSync, closeSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {makeFifosSync, openFifo} from '../../../platform/index.ts';
import {type TemporaryDirectory, temporaryDirectory} from '../../../platform/testing/temporary-directory.ts';
import {JOBS_SCHEMA, jobWrites, openForWriting} from '../../../store/index.ts';
import {type Job, type JobSpec, keyOf, type StatusEvent} from '../../domain/index.ts';
import {queuedJob, SUBMITTED_AT} from '../../domain/testing/sample-jobs.ts';
import {databasePath, JOB_FILES, jobPath, repoPath} from '../directory/job-paths.ts';
import {writeSpec} from '../directory/spec-file.ts';
import {invocationRow, jobRow} from '../rows/job-rows.ts';

export class JobPlace {
  readonly #directory: TemporaryDirectory = temporaryDirectory();
  readonly #held: number[] = [];
  readonly spec: JobSpec;

  constructor(spec: JobSpec = queuedJob().spec) {
    this.spec = spec;
    mkdirSync(this.directory, {recursive: true, mode: 0o700});
    writeSpec(this.path('spec'), spec);
  }

  get state(): string {
    return this.#directory.path;
  }

  /** The job's directory. */
  get directory(): string {
    return join(this.state, jobPath(keyOf(this.spec)));
  }

  get database(): string {
    return join(this.state, databasePath(this.spec.repo));
  }

  path(file: keyof typeof JOB_FILES): string {
    return join(this.directory, JOB_FILES[file]);
  }

  read(file: keyof typeof JOB_FILES): string {
    return readFileSync(this.path(file), 'utf8');
  }

  write(file: keyof typeof JOB_FILES, content: string): void {
    writeFileSync(this.path(file), content, {mode: 0o600});
  }

  /** Writes as the wrapper does. */
  writeNumber(file: 'pid' | 'exit', number: number): void {
    this.write(file, `${number} .\n`.padEnd(31));
  }

  /** Stores the row of the job in this state. */
  store(state: Job['state'], sizeBytes?: number): void {
    mkdirSync(join(this.state, repoPath(this.spec.repo)), {recursive: true, mode: 0o700});
    const db = openForWriting(this.database, JOBS_SCHEMA);
    const writes = jobWrites(db);
    writes.addInvocation(invocationRow(this.spec));
    writes.putJob(jobRow({spec: this.spec, state, ...(sizeBytes === undefined ? {} : {sizeBytes})}));
    db.close();
  }

  /** Appends status records, one second apart. */
  journal(...events: readonly StatusEvent[]): void {
    for (const data of events) {
      const seq = this.#records++;
      const record = {seq, ts: SUBMITTED_AT + (seq + 1) * 1000, kind: 'status', data, spool: [0, 0]};
      appendFileSync(this.path('journal'), `${JSON.stringify(record)}\n`, {mode: 0o600});
    }
  }

  #records = 0;

  /** Makes the FIFO, and holds it as the wrapper does until `release`. */
  hold(): void {
    makeFifosSync([this.path('alive')]);
    this.#held.push(openFifo(this.path('alive')));
  }

  release(): void {
    for (const fd of this.#held.splice(0)) closeSync(fd);
  }

  remove(): void {
    this.release();
    this.#directory.remove();
  }
}
