import type {JobSpec, StatusEvent, StatusRecord} from '../domain/index.ts';

/** Writes a job's journal: its output, read from the spool, and what happened to it. While the disk is full, its promises wait. */
export interface JobRecorder {
  /** Hears from now on in which order the job writes to its streams: its spool is there, and nothing was written yet. */
  listen(): void;
  /** Records from now on what the job writes, as it comes. */
  follow(): void;
  /** Resolves when all that the job has written until now is in the journal, an unfinished last line too. */
  drain(): Promise<void>;
  /** Appends a status record and resolves with it. `at` is when it happened, where that is not now. */
  record(event: StatusEvent, at?: number): Promise<StatusRecord>;
  /** Resolves when the journal on the disk holds all that was recorded: what somebody took away is recorded again. */
  secure(): Promise<void>;
  /** Ends the recording; resolves nothing any more. Tells the size of the journal in bytes. */
  close(): number;
}

export type OpenRecorder = (spec: JobSpec, options: RecorderOptions) => JobRecorder;

export interface RecorderOptions {
  /** What it reads may have been written long ago. */
  readonly late: boolean;
  /** Hears whenever the job was seen to have printed something. */
  readonly onOutput: () => void;
  /** Of a job that was taken over: the status records that are known to be there. */
  readonly known: readonly StatusRecord[];
  /** Hears of what it recorded by itself: that something was restored, or is lost. */
  readonly onStatus: (record: StatusRecord) => void;
}
