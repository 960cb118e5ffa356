/** Colours and symbols. */
import {isatty} from 'node:tty';

import pc from 'picocolors';

import {environment} from '../../platform/index.ts';

/** Colours on a terminal and with FORCE_COLOR, none in a pipe and with NO_COLOR. Nothing else counts: neither `CI` nor a job's own arguments. */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  return Boolean(env.FORCE_COLOR) || (isTerminal && env.TERM !== 'dumb');
}

const colors = pc.createColors(wantsColor(environment(), isatty(1)));

export interface StatusStyle {
  readonly symbol: string;
  readonly paint: (text: string) => string;
}

const STYLES: Readonly<Record<string, StatusStyle>> = {
  queued: {symbol: '·', paint: colors.dim},
  running: {symbol: '▶', paint: colors.cyan},
  completed: {symbol: '✓', paint: colors.green},
  failed: {symbol: '✗', paint: colors.red},
  crashed: {symbol: '!', paint: colors.magenta},
};

export function statusStyle(status: string): StatusStyle {
  return STYLES[status] ?? {symbol: '?', paint: colors.dim};
}

export const dim = colors.dim;
export const bold = colors.bold;
export const red = colors.red;
export const green = colors.green;
export const yellow = colors.yellow;
