/** The command line: finds the command, parses for it, runs it, says what went wrong. Everything else is loaded when needed. */
import {hasCode, shellWord} from '../base/index.ts';
import {currentDirectory} from '../platform/index.ts';
import type {Answers, CommandModule, Options, OptionsOf} from './command.ts';
import {findCommand} from './command-line/find-command.ts';
import {givesCodeOfJob} from './command-line/gives-code-of-job.ts';
import {parseArguments} from './command-line/parse.ts';
import {refuseUndecoded} from './command-line/text-arguments.ts';
import {COMMANDS} from './definitions/commands.ts';
import {EXIT, exitCodeOf} from './exit-codes.ts';
import {StdoutAnswers} from './output/answers.ts';
import {reportError} from './output/report-error.ts';

/** What each command does, by its name: a module that takes the options that its definition tells of. */
type Modules = {
  readonly [Each in (typeof COMMANDS)[number] as Each['name']]: () => Promise<CommandModule<OptionsOf<Each>>>;
};

const MODULES: Modules = {
  run: () => import('./commands/jobs/run.ts'),
  ls: () => import('./commands/jobs/ls.ts'),
  logs: () => import('./commands/jobs/logs.ts'),
  wait: () => import('./commands/jobs/wait.ts'),
  retry: () => import('./commands/jobs/retry.ts'),
  status: () => import('./commands/jobs/status.ts'),
  stats: () => import('./commands/jobs/stats.ts'),
  cancel: () => import('./commands/jobs/cancel.ts'),
  prune: () => import('./commands/jobs/prune.ts'),
  rm: () => import('./commands/jobs/rm.ts'),
  pin: () => import('./commands/jobs/pin.ts'),
  unpin: () => import('./commands/jobs/unpin.ts'),
  shutdown: () => import('./commands/upkeep/shutdown.ts'),
  parallel: () => import('./commands/queue/parallel.ts'),
  groups: () => import('./commands/queue/groups.ts'),
  move: () => import('./commands/queue/move.ts'),
  'progress emit': () => import('./commands/progress/emit.ts'),
  'progress report': () => import('./commands/progress/report.ts'),
  'events topics': () => import('./commands/events/topics.ts'),
  'events append': () => import('./commands/events/append.ts'),
  'events read': () => import('./commands/events/read.ts'),
  'events tail': () => import('./commands/events/tail.ts'),
  'events ack': () => import('./commands/events/ack.ts'),
  'events compact': () => import('./commands/events/compact.ts'),
  'events verify': () => import('./commands/events/verify.ts'),
  'events describe': () => import('./commands/events/describe.ts'),
  mcp: () => import('./commands/agents/mcp.ts'),
  'mcp install': () => import('./commands/agents/mcp-install.ts'),
  'mcp uninstall': () => import('./commands/agents/mcp-uninstall.ts'),
  'agent-guide': () => import('./commands/agents/agent-guide.ts'),
  doctor: () => import('./commands/upkeep/doctor.ts'),
  'dump-store': () => import('./commands/upkeep/dump-store.ts'),
  backup: () => import('./commands/upkeep/backup.ts'),
  restore: () => import('./commands/upkeep/restore.ts'),
  completions: () => import('./commands/completion/completions.ts'),
  version: () => import('./commands/upkeep/version.ts'),
};

/** Runs one command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const ofJob = givesCodeOfJob(argv);
  const answers = new StdoutAnswers();
  const errors: OnError = {asJson: wantsJson(argv)};
  if (ofJob) failOnSurprise(errors);
  let code: number;
  try {
    code = await withStoreUpToDate(() => dispatch(argv, answers, errors));
  } catch (error) {
    if (!hasCode(error, 'OUTPUT_CLOSED')) reportError(error, errors.asJson);
    code = exitCodeOf(error, ofJob);
  }
  if (answers.failure === undefined) return code;
  reportError(answers.failure, errors.asJson);
  return code === EXIT.done ? exitCodeOf(answers.failure, ofJob) : code;
}

/** The code that Node gives for an error that nobody caught could be that of a job. */
function failOnSurprise(errors: OnError): void {
  process.on('uncaughtException', error => {
    reportError(error, errors.asJson);
    process.exit(EXIT.unknowable);
  });
}

/** A reader cannot bring an older store up to date, the coordinator can: then once more. */
async function withStoreUpToDate(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (!hasCode(error, 'OLDER_SCHEMA')) throw error;
    const {updateStore} = await import('./upkeep/update-store.ts');
    await updateStore(error);
    return command();
  }
}

/** How errors are told, as far as that is known when one is thrown. */
interface OnError {
  asJson: boolean;
}

async function dispatch(argv: readonly string[], answers: Answers, errors: OnError): Promise<number> {
  const [first, ...more] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help')
    return help(more, answers, first === undefined);
  const named = findCommand(argv);
  if (named.kind === 'group') return help([named.group], answers, argv.length === 1);
  const {command, rest} = named;
  const parsed = parseArguments(command, rest);
  const {operands, options, help: asked} = parsed;
  errors.asJson = options.json === true;
  refuseUndecoded(command, parsed, argv);
  if (asked) return help(command.name.split(' '), answers, false);
  const load = MODULES[command.name as keyof Modules] as () => Promise<CommandModule<Options>>;
  const {run} = await load();
  return run(operands, options, {
    cwd: currentDirectory,
    typed: ['stint', ...argv].map(shellWord).join(' '),
    answers,
  });
}

/** `words` name the command whose help is wanted; without any it is that of stint. */
async function help(words: readonly string[], answers: Answers, isMistake: boolean): Promise<number> {
  const {overview, commandHelp, groupHelp} = await import('./command-line/help.ts');
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
