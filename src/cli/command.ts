/** What a command is to the rest of the command line. */
import type {Answers} from './output/answers.ts';

export interface OptionDefinition {
  /** `--tag <tag>`, `-c <text>`, `-f, --follow`. */
  readonly flags: string;
  readonly description: string;
  /** May be given several times; the values come as a list. */
  readonly repeatable?: true;
  /** The value need not be UTF-8: the command asks for its bytes. */
  readonly bytes?: true;
}

/** What is told of a command. */
export interface CommandText {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** `<address...>`, `[command...]`, `<topic> [id]`. */
  readonly operands?: string;
  readonly options: readonly OptionDefinition[];
  /** Command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /** More than an example can say. */
  readonly notes?: string;
  /** Options behind the first operand belong to the operands, which need not be UTF-8. */
  readonly passThrough?: true;
}

export interface CommandDefinition extends CommandText {
  readonly load: () => Promise<CommandModule<Options>>;
}

export interface CommandModule<Given> {
  /** Runs the command; resolves with the exit code. Throws `StintError` for what a person should read. */
  readonly run: (operands: readonly string[], options: Given, context: Context) => Promise<number>;
}

/** A command whose module takes the options that its text tells of: what it misspells does not compile. */
export function command<Text extends CommandText>(
  text: Text,
  load: () => Promise<CommandModule<OptionsOf<Text>>>,
): CommandDefinition {
  return {...text, load: load as CommandDefinition['load']};
}

/** The values of any options, by their camel-case names. */
export interface Options {
  readonly [name: string]: OptionValue | undefined;
}

type OptionValue = string | boolean | readonly string[];

/** The values of the options that a command takes. */
export type OptionsOf<Text extends Pick<CommandText, 'options'>> = ValuesOf<Text['options']>;

/** The values of these options. */
export type ValuesOf<Definitions extends readonly OptionDefinition[]> = {
  readonly [Each in Definitions[number] as CamelCase<NameIn<Each['flags']>>]?: ValueOf<Each> | undefined;
};

type ValueOf<Definition extends OptionDefinition> = Definition extends {readonly repeatable: true}
  ? readonly string[]
  : Definition['flags'] extends `${string}<${string}`
    ? string
    : boolean;

/** `follow` in `-f, --follow`, `c` in `-c <text>`. */
type NameIn<Flags extends string> = Flags extends `${string}--${infer Long}`
  ? FirstWord<Long>
  : Flags extends `-${infer Short}`
    ? FirstWord<Short>
    : never;

type FirstWord<Text extends string> = Text extends `${infer Word} ${string}` ? Word : Text;

type CamelCase<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name;

export interface Context {
  /** The current directory. Throws `CWD_NOT_FOUND` where it is gone, so it is asked for only where it is needed. */
  readonly cwd: () => string;
  /** What was typed, as one line. */
  readonly typed: string;
  /** For what is not only data. */
  readonly answers: Answers;
}
