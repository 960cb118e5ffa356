import type {EndEvent, EndedState, JobSpec} from '../domain/index.ts';

/** Tells a person what happened to a job, by the command that was given for that when it was submitted. Never throws. */
export interface Notifier {
  /** Of a stall, with a sentence about it. A coordinator that dies meanwhile tells nobody. */
  stalled(spec: JobSpec, message: string): void;
  /**
   * Of its end, once, however often and by how many coordinators this is called. When it returns, whoever is told is told by
   * the next coordinator if this one dies. To be called before the job's directory is cleared.
   */
  ended(spec: JobSpec, state: EndedState, event: EndEvent): void;
}
