/** What a command says on stderr of jobs of which it cannot show all. */
import {visible} from '../../base/index.ts';
import {isUnknown, type ListedJob} from '../../coordinator/reader/index.ts';
import {elsewhereText} from '../../jobs/index.ts';
import {fileProblem} from '../../platform/index.ts';
import {say} from '../output/write.ts';

/** Of jobs whose directories cannot be looked at, so that nothing is known of them: why. Tells which they are. */
export function tellUnknown(jobs: readonly ListedJob[]): ListedJob[] {
  const unknown = jobs.filter(isUnknown);
  for (const {invocation, name, unreadable} of unknown)
    say(visible(`${invocation}:${name} cannot be looked at: ${fileProblem(unreadable)}`));
  return unknown;
}

/** For who only reads: what is there may be all that comes. */
export function sayElsewhere(jobs: readonly ListedJob[]): void {
  for (const job of jobs) {
    const where = elsewhereText(job);
    if (where !== undefined)
      say(
        `${visible(job.name)} runs ${where}: what it does is recorded by a coordinator there, or when it has ended`,
      );
  }
}

/** Of a job that was submitted with `--sample`: its log lacks lines, and who reads it has to know. Undefined when every line is recorded. */
export function sampledText(sampleEvery: number): string | undefined {
  return sampleEvery > 1 ? `one line in ${sampleEvery} is recorded (--sample ${sampleEvery})` : undefined;
}

/** Says it on stderr. */
export function saySampled(name: string, sampleEvery: number): void {
  const text = sampledText(sampleEvery);
  if (text !== undefined) say(`${visible(name)}: of its output only ${text}`);
}
