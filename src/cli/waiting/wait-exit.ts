/**
 * Waiting as a command does it, and how it exits then. Whoever interrupts ends this process by that very signal, after the
 * sentence about it, so that a script around it stops as well.
 */
import {type WaitEnd, Waiting, type WaitOptions} from '../../jobs/index.ts';
import {endBySignal, onInterrupt, signalNumber} from '../../platform/index.ts';
import {EXIT} from '../exit-codes.ts';
import {isTerminal} from '../output/terminal.ts';
import {err} from '../output/write.ts';
import {waitedExitCode} from './outcome.ts';

export function interruptibleWaiting(limitMs: number | undefined): Waiting {
  return new Waiting(limitMs, onInterrupt);
}

/** Rings on the terminal behind stderr, if there is one; for whoever interrupted it is no news. */
export function ringBell({cut}: Pick<WaitEnd, 'cut'>): void {
  if (cut?.kind !== 'interrupt' && isTerminal(2)) err('\u0007');
}

/** The exit code. Where somebody interrupted, this process ends here by that signal. */
export function endOf({jobs, cut}: WaitEnd, {until = 'all'}: WaitOptions = {}): number {
  if (cut?.kind === 'limit') return EXIT.limit;
  if (cut?.kind === 'interrupt') {
    endBySignal(cut.signal);
    return 128 + signalNumber(cut.signal);
  }
  const codes = jobs.filter(({isFinished}) => isFinished).map(({outcome}) => waitedExitCode(outcome));
  return (until === 'any' ? codes[0] : codes.find(code => code !== 0)) ?? EXIT.done;
}
