/**
 * Colours and symbols. Colours are Node's own, because whatever asks Node whether stdout is a terminal loads Node's
 * streams, and that takes longer than to list the jobs.
 */
import {styleText} from 'node:util';

import type {JobStatus} from '../../coordinator/domain/index.ts';
import {environment} from '../../platform/index.ts';
import {isTerminal} from './terminal.ts';

/** Colours on a terminal and with FORCE_COLOR, none in a pipe and with NO_COLOR. Nothing else counts: neither `CI` nor a job's own arguments. */
export function wantsColor(env: NodeJS.ProcessEnv, isTerminal: boolean): boolean {
  if (env.NO_COLOR) return false;
  return Boolean(env.FORCE_COLOR) || (isTerminal && env.TERM !== 'dumb');
}

export interface StatusStyle {
  readonly symbol: string;
  readonly paint: (text: string) => string;
}

export function statusStyle(status: string): StatusStyle {
  return ANY_STYLE[status] ?? {symbol: '?', paint: dim};
}

export const dim = painter('dim');
export const bold = painter('bold');
export const red = painter('red');
export const green = painter('green');
export const yellow = painter('yellow');

const STYLES: Readonly<Record<JobStatus, StatusStyle>> = {
  queued: {symbol: '·', paint: dim},
  running: {symbol: '▶', paint: painter('cyan')},
  cancelling: {symbol: '⊘', paint: yellow},
  cancelled: {symbol: '⊘', paint: yellow},
  completed: {symbol: '✓', paint: green},
  failed: {symbol: '✗', paint: red},
  timed_out: {symbol: '⏱', paint: red},
  skipped: {symbol: '↷', paint: dim},
  crashed: {symbol: '!', paint: painter('magenta')},
};
const ANY_STYLE: Readonly<Partial<Record<string, StatusStyle>>> = STYLES;

/** One of a few colours that are told apart well, by number. */
export function nameColour(at: number): (text: string) => string {
  return NAME_COLOURS[at % NAME_COLOURS.length] ?? green;
}

const NAME_COLOURS = [painter('cyan'), painter('magenta'), yellow, green, painter('blue'), red];

type Format = 'blue' | 'dim' | 'bold' | 'red' | 'green' | 'yellow' | 'cyan' | 'magenta';

function painter(format: Format): (text: string) => string {
  return text => {
    colored ??= wantsColor(environment(), isTerminal(1));
    return colored ? styleText(format, text, {validateStream: false}) : text;
  };
}

let colored: boolean | undefined;
