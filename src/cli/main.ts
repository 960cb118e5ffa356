/** The command line: finds the command, parses for it, runs it, says what went wrong. Everything else is loaded when needed. */
import {hasCode} from '../base/index.ts';
import {currentDirectory} from '../platform/index.ts';
import type {Options} from './command.ts';
import {EXIT, exitCodeOf} from './exit-codes.ts';
import {findCommand} from './find-command.ts';
import {type Answers, StdoutAnswers} from './output/answers.ts';
import {reportError} from './output/report-error.ts';
import {plainLine} from './plain-line.ts';
import {COMMANDS} from './registry.ts';

/** Runs one command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const errors: OnError = {asJson: wantsJson(argv), failedCode: EXIT.failed};
  const answers = new StdoutAnswers();
  const code = await codeOfCommand(argv, answers, errors);
  if (answers.failure === undefined) return code;
  reportError(answers.failure, errors.asJson);
  return code === EXIT.done ? errors.failedCode : code;
}

async function codeOfCommand(argv: readonly string[], answers: Answers, errors: OnError): Promise<number> {
  try {
    return await withStoreUpToDate(() => dispatch(argv, answers, errors));
  } catch (error) {
    if (!hasCode(error, 'OUTPUT_CLOSED')) reportError(error, errors.asJson);
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

async function dispatch(argv: readonly string[], answers: Answers, errors: OnError): Promise<number> {
  const [first, ...more] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help')
    return help(more, answers, first === undefined);
  const named = findCommand(argv);
  if (named.kind === 'group') return help([named.group], answers, argv.length === 1);
  const {command, rest} = named;
  const {
    operands,
    options,
    help: asked,
  } = plainLine(command, rest) ?? (await import('./parse.ts')).parseArguments(command, rest);
  errors.asJson = options.json === true;
  if (givesCodeOfJob(command.name, options)) errors.failedCode = EXIT.unknowable;
  if (asked) return help(command.name.split(' '), answers, false);
  const {run} = await command.load();
  return run(operands, options, {
    cwd: currentDirectory,
    typed: ['stint', ...argv].map(shellWord).join(' '),
    answers,
  });
}

function givesCodeOfJob(name: string, {wait, follow}: Options): boolean {
  return name === 'wait' || (name === 'run' && (wait === true || follow === true));
}

/** `words` name the command whose help is wanted; without any it is that of stint. */
async function help(words: readonly string[], answers: Answers, isMistake: boolean): Promise<number> {
  const {overview, commandHelp, groupHelp} = await import('./help.ts');
  const named = words.length === 0 ? undefined : findCommand(words);
  if (named === undefined) answers.write(overview(COMMANDS));
  else
    answers.write(
      named.kind === 'group' ? groupHelp(named.group, named.commands) : commandHelp(named.command),
    );
  return isMistake ? EXIT.usage : EXIT.done;
}

/** Whether `--json` stands there, as far as that can be told before the options are parsed. */
function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(0, end < 0 ? argv.length : end).includes('--json');
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
