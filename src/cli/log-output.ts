/** Where logs are printed: one output for all that are printed together, because a line of one may keep those of others waiting. */
import {JoinedLines} from './joined-lines.ts';
import type {Answers} from './output/answers.ts';
import {isTerminal} from './output/terminal.ts';
import {out} from './output/write.ts';

export interface LogOutput {
  write(text: string | Uint8Array): void;
  /** For lines of text; what is written otherwise does not wait for them. */
  readonly lines: JoinedLines;
  /** Somebody looks at it: lines of text must not steer the terminal. Otherwise they are as the job wrote them. */
  readonly onTerminal: boolean;
  /** Nothing can be written any more, so nothing more is wanted. */
  readonly isLost: boolean;
}

/** Stdout. What cannot be written throws. */
export function dataOutput(): LogOutput {
  return {write: out, lines: new JoinedLines(out), onTerminal: isTerminal(1), isLost: false};
}

/** Stdout of a command that does more than print: what cannot be written is dropped. `done` as in `Answers`. */
export function answersOutput(answers: Answers, done: string): LogOutput {
  const write = (text: string | Uint8Array) => answers.write(text, done);
  return {
    write,
    lines: new JoinedLines(write),
    onTerminal: isTerminal(1),
    get isLost() {
      return answers.isLost;
    },
  };
}
