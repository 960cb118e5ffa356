/** A file of progress that grows, and what it says so far. */
import type {ListedJob} from '../../coordinator/reader/index.ts';
import {type ViewedJob, withoutRate} from '../../jobs/index.ts';
import {systemClock} from '../../platform/index.ts';
import {
  afterEnd,
  ProgressAnalysis,
  ProgressFile,
  type ProgressReport,
  type ReportedNow,
} from '../../progress/index.ts';

export interface ProgressSource {
  /** What people call it. */
  readonly name: string;
  readonly path: string;
  /** Undefined where it is only a file. */
  readonly job: ListedJob | undefined;
  /** More may come, as far as is known: of a file nobody knows. */
  readonly mayGoOn: boolean;
}

export interface Standing {
  readonly name: string;
  readonly report: ProgressReport;
  /** The job with what lists tell of it; undefined of a file. */
  readonly viewed: ViewedJob | undefined;
  /** Where it stands; undefined before the first record. */
  readonly now: ReportedNow | undefined;
  /** Unix milliseconds. */
  readonly at: number;
}

export class ProgressReading {
  readonly #name: string;
  readonly #file: ProgressFile;
  readonly #from: number | undefined;
  #analysis: ProgressAnalysis;

  constructor({name, path, job}: ProgressSource) {
    this.#name = name;
    this.#file = new ProgressFile(path);
    this.#from = job?.row.queued_at;
    this.#analysis = this.#newAnalysis();
  }

  /** Reads what is new. Throws when the file cannot be read; one that is not there yet says nothing. */
  read(): void {
    this.#file.readAll({
      record: record => this.#analysis.add(record),
      skipped: bytes => this.#analysis.skip(bytes),
      reset: () => {
        this.#analysis = this.#newAnalysis();
      },
    });
  }

  /**
   * `mayGoOn`: whether its job does, undefined of a file of which nobody knows. `isLive`: times go on since the last record.
   * `viewed`: the job as it is now.
   */
  standing(mayGoOn: boolean | undefined, isLive: boolean, viewed?: ViewedJob): Standing {
    const at = systemClock.now();
    const live = isLive ? at : undefined;
    const fields = viewed?.progress.fields;
    const view = {isMoving: isLive && (fields === undefined || fields.activity === 'moving')};
    const found = this.#analysis.report(live, view);
    const report = fields?.stalled ? withoutRate(found) : found;
    return {
      name: this.#name,
      report: mayGoOn === false ? afterEnd(report) : report,
      viewed,
      now: report.now ?? undefined,
      at,
    };
  }

  close(): void {
    this.#file.close();
  }

  #newAnalysis(): ProgressAnalysis {
    return new ProgressAnalysis({from: this.#from, to: () => this.#file.writtenAt});
  }
}
