/** What a command is to the rest of the command line. */

export interface OptionDefinition {
  /** `--tag <tag>`, `-c <text>`, `-f, --follow`. */
  readonly flags: string;
  readonly description: string;
  /** May be given several times; the values come as a list. */
  readonly repeatable?: true;
  /** The value need not be UTF-8: the command asks for its bytes. */
  readonly bytes?: true;
  /** Of one with a value: what that is. */
  readonly value?: ValueKind;
  /** The value may be several, with commas between them. */
  readonly list?: true;
}

/** What a value or an operand is, by which completion knows what to offer: one of these words, or of a kind. */
export type ValueKind =
  | readonly string[]
  /** Of jobs: which are meant; `open-address` of those that have not ended; `address-or-file` also a file of records. */
  | 'address'
  | 'open-address'
  | 'address-or-file'
  | 'job-name'
  | 'invocation'
  | 'worktree'
  | 'tag'
  | 'hook'
  /** Who started jobs. */
  | 'submitter'
  | 'status'
  | 'format'
  | 'group'
  | 'topic'
  | 'file'
  | 'directory'
  /** A program, and behind it what that takes. */
  | 'command'
  /** `NAME=value`. */
  | 'variable'
  /** What nobody can guess. */
  | 'duration'
  | 'time'
  | 'count'
  | 'pattern'
  | 'text';

/** What is told of a command. */
export interface CommandText {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** `<address...>`, `[command...]`, `<topic> [id]`. */
  readonly operands?: string;
  /** What each of them is; the last also of those behind it. */
  readonly operandValues?: readonly ValueKind[];
  readonly options: readonly OptionDefinition[];
  /** Command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  /** More than an example can say. */
  readonly notes?: string;
  /** Options behind the first operand belong to the operands, which need not be UTF-8. */
  readonly passThrough?: true;
}

export interface CommandModule<Given> {
  /** Runs the command; resolves with the exit code. Throws `StintError` for what a person should read. */
  readonly run: (operands: readonly string[], options: Given, context: Context) => Promise<number>;
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

/** What a command that acts, waits or judges has to say on stdout: that it cannot be written takes nothing from what it does. */
export interface Answers {
  /** Writes, or drops what cannot be written. `done`, a sentence without its end, tells whoever misses the answer what was done. */
  write(text: string | Uint8Array, done?: string): void;
  /** Nothing can be written any more. */
  readonly isLost: boolean;
}
