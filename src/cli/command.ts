/** What a command is to the rest of the command line. */
import type {Answers} from './output/answers.ts';

export interface OptionDefinition {
  /** As commander writes it: `--tag <tag>`, `-c <text>`, `--json`. */
  readonly flags: string;
  readonly description: string;
  /** May be given several times; the values come as a list. */
  readonly repeatable?: true;
  /** The value need not be UTF-8: the command asks for its bytes. */
  readonly bytes?: true;
}

export interface CommandDefinition {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** As commander writes them: `<address...>`, `[command...]`, `<topic> [id]`. */
  readonly operands?: string;
  readonly options: readonly OptionDefinition[];
  /** Command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /** More than an example can say. */
  readonly notes?: string;
  /** Options behind the first operand belong to the operands, which need not be UTF-8. */
  readonly passThrough?: true;
  readonly load: () => Promise<CommandModule>;
}

export interface CommandModule {
  /** Runs the command; resolves with the exit code. Throws `StintError` for what a person should read. */
  run(operands: readonly string[], options: Options, context: Context): Promise<number>;
}

/** The values of options by their camel-case names. */
export interface Options {
  readonly [name: string]: string | boolean | readonly string[] | undefined;
}

export interface Context {
  /** The current directory. Throws `CWD_NOT_FOUND` where it is gone, so it is asked for only where it is needed. */
  readonly cwd: () => string;
  /** What was typed, as one line. */
  readonly typed: string;
  /** For what is not only data. */
  readonly answers: Answers;
}
