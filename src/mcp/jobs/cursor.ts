/** How far somebody has read the output of a job, as a text that they keep: `12.7` is record 12 of stdout and 7 of stderr. */
import {StintError} from '../../base/index.ts';

/** The number of the last record of each stream that was read; -1 where none was. */
export interface Cursor {
  readonly stdout: number;
  readonly stderr: number;
}

export function cursorText({stdout, stderr}: Cursor): string {
  return [stdout, stderr].map(number => (number < 0 ? '' : number)).join('.');
}

/** Throws `USAGE` for what no answer ever had. */
export function parseCursor(text: string): Cursor {
  const [, stdout, stderr] = /^(\d{0,15})[.](\d{0,15})$/.exec(text) ?? [];
  if (stdout === undefined || stderr === undefined)
    throw new StintError('USAGE', `since is '${text.slice(0, 40)}', which is no cursor.`, {
      hint: 'Give the cursor of the last answer as it was, or leave since out.',
    });
  return {stdout: numberOf(stdout), stderr: numberOf(stderr)};
}

function numberOf(digits: string): number {
  return digits === '' ? -1 : Number(digits);
}
