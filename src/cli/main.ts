/** The command line: finds the command, parses for it, runs it, says what went wrong. Everything else is loaded when needed. */
import {hasCode, StintError, shellWord} from '../base/index.ts';
import type {Options} from './command.ts';
import {EXIT, exitCodeOf} from './exit-codes.ts';
import {findCommand} from './find-command.ts';
import {reportError} from './output/report-error.ts';
import {out} from './output/write.ts';
import {plainLine} from './plain-line.ts';
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
  const [first, ...more] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help')
    return help(more, first === undefined);
  const named = findCommand(argv);
  if (named.kind === 'group') return help([named.group], argv.length === 1);
  const {command, rest} = named;
  const {
    operands,
    options,
    help: asked,
  } = plainLine(command, rest) ?? (await import('./parse.ts')).parseArguments(command, rest);
  errors.asJson = options.json === true;
  if (givesCodeOfJob(command.name, options)) errors.failedCode = EXIT.unknowable;
  if (asked) return help(command.name.split(' '), false);
  const {run} = await command.load();
  return run(operands, options, {
    cwd: currentDirectory(),
    typed: ['stint', ...argv].map(shellWord).join(' '),
  });
}

function givesCodeOfJob(name: string, {wait, follow}: Options): boolean {
  return name === 'wait' || (name === 'run' && (wait === true || follow === true));
}

/** `words` name the command whose help is wanted; without any it is that of stint. */
async function help(words: readonly string[], isMistake: boolean): Promise<number> {
  const {overview, commandHelp, groupHelp} = await import('./help.ts');
  const named = words.length === 0 ? undefined : findCommand(words);
  if (named === undefined) out(overview(COMMANDS));
  else out(named.kind === 'group' ? groupHelp(named.group, named.commands) : commandHelp(named.command));
  return isMistake ? EXIT.usage : EXIT.done;
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
