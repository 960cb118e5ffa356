/** The page stint(1), from the definitions of which the command line is made. The build writes it into dist/man. */
import type {CommandText} from '../command.ts';
import {HELP} from '../command-line/parse.ts';
import {COMMANDS} from '../definitions/commands.ts';
import {EXIT_STATUS, EXIT_STATUS_OF_JOBS, FILES, VARIABLES} from '../definitions/manual.ts';
import {ADDRESS_NOTE} from '../definitions/shared.ts';
import {bold, flowing, macro, verbatim} from './roff.ts';

/** `date`: of the version, as `2026-11-30`. */
export function manPage(version: string, date: string): string {
  const parts = [
    `.TH STINT 1 ${date} "stint ${version}" "User Commands"`,
    '.SH NAME',
    `stint \\- ${flowing('run long work in the background, and know what it did')}`,
    '.SH SYNOPSIS',
    `${bold('stint')} \\fIcommand\\fR [\\fIoptions\\fR] [\\fIoperands\\fR]`,
    '.SH DESCRIPTION',
    flowing(DESCRIPTION),
    '.PP',
    flowing(ADDRESS_NOTE),
    '.SH COMMANDS',
    ...COMMANDS.map(commandPart),
    '.SH EXIT STATUS',
    ...entries(EXIT_STATUS),
    '.PP',
    flowing(EXIT_STATUS_OF_JOBS),
    '.SH ENVIRONMENT',
    ...entries(VARIABLES),
    '.SH FILES',
    ...entries(FILES),
    '.SH SEE ALSO',
    '.BR nohup (1),',
    '.BR setsid (1),',
    '.BR timeout (1),',
    '.BR git\\-worktree (1)',
    '.PP',
    flowing('docs/formats.md in the package describes files, formats and the protocol.'),
  ];
  return `${parts.join('\n')}\n`;
}

const DESCRIPTION = `stint runs commands in the background on this machine and records what they did: output, exit code, where and when.
A job goes on when its terminal closes and when stint itself is killed, and no line of it is lost or recorded twice.
A coordinator starts by itself, turns what jobs write into records, and leaves when nothing is left to do.`;

function commandPart({name, summary, operands, options, notes, examples, passThrough}: CommandText): string {
  const usage = operands === undefined ? '' : ` ${passThrough ? '-- ' : ''}${operands}`;
  return [
    macro('SS', `stint ${name} [options]${usage}`),
    flowing(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`),
    ...entries([...options, HELP].map(({flags, description}) => [flags, description || 'show its help'])),
    ...(notes === undefined ? [] : paragraphs(notes)),
    ...(examples.length === 0 ? [] : ['.PP', 'Examples:']),
    ...entries(examples),
  ].join('\n');
}

function entries(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.flatMap(([what, meaning]) => ['.TP', bold(what), flowing(meaning)]);
}

/** Indented lines of notes are a table. */
function paragraphs(notes: string): string[] {
  const blocks = notes.match(/(?:^ .*(?:\n|$))+|(?:^\S.*(?:\n|$))+/gm) ?? [];
  return blocks.flatMap(block => ['.PP', block.startsWith(' ') ? verbatim(block.trimEnd()) : flowing(block)]);
}
