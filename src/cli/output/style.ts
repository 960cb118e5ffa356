/** Colours and symbols; none in a pipe and with NO_COLOR. */
import pc from 'picocolors';

export interface StatusStyle {
  readonly symbol: string;
  readonly paint: (text: string) => string;
}

const STYLES: Readonly<Record<string, StatusStyle>> = {
  queued: {symbol: '·', paint: pc.dim},
  running: {symbol: '▶', paint: pc.cyan},
  completed: {symbol: '✓', paint: pc.green},
  failed: {symbol: '✗', paint: pc.red},
  crashed: {symbol: '!', paint: pc.magenta},
};

export function statusStyle(status: string): StatusStyle {
  return STYLES[status] ?? {symbol: '?', paint: pc.dim};
}

export const dim = pc.dim;
export const bold = pc.bold;
export const red = pc.red;
export const green = pc.green;
export const yellow = pc.yellow;
