/** Where logs are printed: one output for all that are printed together, because a line of one may keep those of others waiting. */
import {timer} from '../../platform/index.ts';
import type {Answers} from '../output/answers.ts';
import {LiveLine} from '../output/live-line.ts';
import {isTerminal} from '../output/terminal.ts';
import {out, say} from '../output/write.ts';
import {JoinedLines} from './joined-lines.ts';

type Write = (text: string | Uint8Array) => void;

export interface LogOutput {
  readonly write: Write;
  /** For lines of text; what is written otherwise does not wait for them. */
  readonly lines: JoinedLines;
  /** Of a terminal on which lines are shown before they are whole. */
  readonly live?: LiveLine | undefined;
  /** Somebody looks at it: lines of text must not steer the terminal. Otherwise they are as the job wrote them. */
  readonly onTerminal: boolean;
  /** Nothing can be written any more, so nothing more is wanted. */
  readonly isLost: boolean;
}

/** Stdout, for what is there. What cannot be written throws. */
export function dataOutput(): LogOutput {
  return {write: out, lines: new JoinedLines(out), onTerminal: isTerminal(1), isLost: false};
}

/** Stdout, for what is followed. */
export async function followingOutput(): Promise<LogOutput> {
  return {...(await followingWith(out)), isLost: false};
}

/** The same for a command that does more than print: what cannot be written is dropped. `done` as in `Answers`. */
export async function answersOutput(answers: Answers, done: string): Promise<LogOutput> {
  const output = await followingWith(text => answers.write(text, done));
  return {
    ...output,
    get isLost() {
      return answers.isLost;
    },
  };
}

async function followingWith(write: Write): Promise<Omit<LogOutput, 'isLost'>> {
  const onTerminal = isTerminal(1);
  const live = onTerminal ? await LiveLine.open(write) : undefined;
  const print = live === undefined ? write : (text: string) => live.print(text);
  return {write, lines: new JoinedLines(print, {later: timer}), live, onTerminal};
}

/** A line for people on stderr, which may be the same terminal. */
export function sayBeside({live}: LogOutput): (text: string) => void {
  return text => {
    live?.takeAway();
    say(text);
    live?.draw();
  };
}
