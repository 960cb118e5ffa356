import type {JobSpec} from '../domain/index.ts';

/** Tells a person what happened to a job, by the command that was given for that when it was submitted. */
export interface Notifier {
  notify(spec: JobSpec, happened: {readonly event: string; readonly message: string}): void;
}
