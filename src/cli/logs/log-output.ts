/** Where logs are printed: one output for all that are printed together, because a line of one may keep those of others waiting. */
import {JoinedLines, UNORDERED} from '../../jobs/index.ts';
import {timer} from '../../platform/index.ts';
import type {Answers} from '../command.ts';
import {LiveLine} from '../output/live-line.ts';
import {dim} from '../output/style.ts';
import {isTerminal} from '../output/terminal.ts';
import {out, say} from '../output/write.ts';
import type {LogOutput} from './log-printers.ts';

/** What is followed is shown on a terminal before a line of it is whole. */
export interface FollowingOutput extends LogOutput {
  readonly live?: LiveLine | undefined;
}

/** Stdout, for what is there, or what `write` makes of it. What cannot be written throws. */
export function dataOutput(write: LogOutput['write'] = out): LogOutput {
  return {
    write,
    lines: new JoinedLines(write),
    onTerminal: isTerminal(1),
    isLost: false,
    statusStyle: dim,
    onUnordered: saidOnce(say),
  };
}

/** Stdout, for what is followed. */
export async function followingOutput(): Promise<FollowingOutput> {
  return {...(await followingWith(out)), isLost: false};
}

/** The same for a command that does more than print: what cannot be written is dropped. `done` as in `Answers`. */
export async function answersOutput(answers: Answers, done: string): Promise<FollowingOutput> {
  const output = await followingWith(text => answers.write(text, done));
  return {
    ...output,
    get isLost() {
      return answers.isLost;
    },
  };
}

async function followingWith(write: LogOutput['write']): Promise<Omit<FollowingOutput, 'isLost'>> {
  const onTerminal = isTerminal(1);
  const live = onTerminal ? await LiveLine.open(write) : undefined;
  const print = live === undefined ? write : (text: string) => live.print(text);
  return {
    write,
    lines: new JoinedLines(print, {later: timer}),
    live,
    onTerminal,
    statusStyle: dim,
    onUnordered: saidOnce(sayBeside({live})),
  };
}

/** Of all logs that are printed together. */
function saidOnce(tell: (text: string) => void): () => void {
  let isSaid = false;
  return () => {
    if (!isSaid) tell(UNORDERED);
    isSaid = true;
  };
}

/** A line for people on stderr, which may be the same terminal. */
export function sayBeside({live}: Pick<FollowingOutput, 'live'>): (text: string) => void {
  return text => {
    live?.takeAway();
    say(text);
    live?.draw();
  };
}
