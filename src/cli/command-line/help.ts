/** The texts of `--help`. */
import type {CommandText} from '../command.ts';

export function overview(commands: readonly CommandText[]): string {
  return `stint: run long work in the background, and know what it did

Usage: stint <command> [options]

Commands:
${listOf(commands)}

Examples:
  stint run -- npm test              start a job and return at once
  stint run -c 'make && make check'  the same with shell syntax
  stint ls                           what runs, what ran, how it ended
  stint logs -f npm-test             what it prints, as it comes
  stint wait npm-test                wait for it; gives its exit code

stint <command> --help tells more. An address names a job: its name, its invocation's id (the first digits do),
or both: 3fa9:npm-test. State is kept in $STINT_STATE_DIR, by default ~/.local/state/stint.
`;
}

/** Of the first word of commands with two. */
export function groupHelp(group: string, commands: readonly CommandText[]): string {
  return `Usage: stint ${group} <command> [options]

Commands:
${listOf(commands)}

stint ${group} <command> --help tells more.
`;
}

export function commandHelp({name, summary, operands, options, examples, notes}: CommandText): string {
  const all = [...options, {flags: '-h, --help', description: 'show this'}];
  const width = Math.max(...all.map(({flags}) => flags.length));
  const optionList = all.map(({flags, description}) => `  ${flags.padEnd(width)}  ${description}`).join('\n');
  const exampleList = examples.map(([line, what]) => `  ${line}\n      ${what}`).join('\n');
  return `stint ${name}: ${summary}

Usage: stint ${name} [options]${operands === undefined ? '' : ` ${name === 'run' ? '-- ' : ''}${operands}`}

Options:
${optionList}
${notes === undefined ? '' : `\n${notes}\n`}
Examples:
${exampleList}
`;
}

function listOf(commands: readonly CommandText[]): string {
  const width = Math.max(...commands.map(({name}) => name.length));
  return commands.map(({name, summary}) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}
