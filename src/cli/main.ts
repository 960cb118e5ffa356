/** The command line: finds the command, parses for it, runs it, says what went wrong. Everything else is loaded when needed. */
import {hasCode, StintError} from '../base/index.ts';
import type {Options} from './command.ts';
import {EXIT, exitCodeOf} from './exit-codes.ts';
import {onlyOperands} from './only-operands.ts';
import {reportError} from './output/report-error.ts';
import {out} from './output/write.ts';
import {COMMANDS} from './registry.ts';

/** Runs one command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const errors: OnError = {asJson: wantsJson(argv), failedCode: EXIT.failed};
  try {
    return await withStoreUpToDate(() => dispatch(argv, errors));
  } catch (error) {
    reportError(error, errors.asJson);
    const code = exitCodeOf(error);
    return code === EXIT.failed ? errors.failedCode : code;
  }
}

/** A reader cannot bring an older store up to date, the coordinator can: then once more. */
async function withStoreUpToDate(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!hasCode(error, 'OLDER_SCHEMA')) throw error;
    const {migrateStore} = await import('./migrate-store.ts');
    await migrateStore(error);
    return command();
  }
}

/** What an error makes of the command line, as far as that is known when it is thrown. */
interface OnError {
  asJson: boolean;
  /** A command that gives the code of a job has another one for its own failure. */
  failedCode: number;
}

async function dispatch(argv: readonly string[], errors: OnError): Promise<number> {
  const [name, ...rest] = argv;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help')
    return help(rest[0], name === undefined);
  const command = COMMANDS.find(each => each.name === (ALIASES[name] ?? name));
  if (command === undefined) throw unknownCommand(name);
  const {
    operands,
    options,
    help: asked,
  } = onlyOperands(command, rest) ?? (await import('./parse.ts')).parseArguments(command, rest);
  errors.asJson = options.json === true;
  if (givesCodeOfJob(command.name, options)) errors.failedCode = EXIT.unknowable;
  if (asked) return help(command.name, false);
  const {run} = await command.load();
  return run(operands, options, {
    cwd: currentDirectory(),
    typed: ['stint', ...argv].map(shellWord).join(' '),
  });
}

function givesCodeOfJob(name: string, {wait, follow}: Options): boolean {
  return name === 'wait' || (name === 'run' && (wait === true || follow === true));
}

const ALIASES: Readonly<Record<string, string>> = {'--version': 'version', '-V': 'version', list: 'ls'};

async function help(name: string | undefined, isMistake: boolean): Promise<number> {
  const {overview, commandHelp} = await import('./help.ts');
  const command = COMMANDS.find(each => each.name === name);
  if (name !== undefined && command === undefined) throw unknownCommand(name);
  out(command === undefined ? overview(COMMANDS) : commandHelp(command));
  return isMistake ? EXIT.usage : EXIT.done;
}

function unknownCommand(name: string): StintError {
  const names = COMMANDS.map(command => command.name);
  const near = names.find(each => each.startsWith(name.slice(0, 2)));
  return new StintError('USAGE', `There is no command ${name}.`, {
    hint:
      near === undefined
        ? `There are: ${names.join(', ')}.`
        : `Did you mean: stint ${near}?   (To run a command: stint run -- ${name} …)`,
  });
}

function currentDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new StintError('CWD_NOT_FOUND', 'The current directory does not exist any more.', {
      cause,
      hint: 'Change to one that exists.',
    });
  }
}

/** Whether `--json` stands there, as far as that can be told before the options are parsed. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes('--json');
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
