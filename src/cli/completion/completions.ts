/** What the word that is being typed may become. Pure but for the sources, which are asked only for what is offered. */
import type {CommandText, Options, ValueKind} from '../command.ts';
import {HELP, keyOfOption, namesOf, scanWords, valueInWord} from '../command-line/parse.ts';
import {type Candidate, offered} from './candidate.ts';
import {
  addresses,
  hereFirst,
  hooks,
  invocations,
  type KnownJob,
  names,
  openAddresses,
  submitters,
  tags,
  worktrees,
} from './known-job.ts';

/** Where the words come from. Nothing in here throws. */
export interface Sources {
  readonly commands: readonly CommandText[];
  /** What words name: a command, with what stands behind it, or the first word of several. */
  find(words: readonly string[]): Found | undefined;
  /** Jobs of this repository, newest first: the newest, and all whose id or name begins so, as far as a bound allows. */
  jobs(beginning: string): readonly KnownJob[];
  /** The worktree, or the directory outside git. */
  here(): string | undefined;
  /** Topics of the event log that these options name. */
  topics(options: Options): Promise<readonly string[]>;
  groups(): Promise<readonly string[]>;
  variables(): readonly string[];
  readonly statuses: readonly string[];
  readonly formats: readonly string[];
}

export type Found =
  | {readonly kind: 'command'; readonly command: CommandText; readonly rest: readonly string[]}
  | {readonly kind: 'group'; readonly group: string; readonly commands: readonly CommandText[]};

export type Completion =
  | {readonly kind: 'words'; readonly candidates: readonly Candidate[]}
  /** The shell's own business; `before` stands in the word before the path. */
  | {readonly kind: 'files' | 'directories'; readonly before: string}
  /** A command of its own begins with that word, counted without the name of stint. */
  | {readonly kind: 'command'; readonly at: number};

/** `words`: those before the current one, without the name of stint. `fits`: whether the shell would take a value for it. */
export async function completionsFor(
  words: readonly string[],
  current: string,
  sources: Sources,
  fits: (value: string) => boolean,
): Promise<Completion> {
  const chosen = await choose(words, current, sources);
  if (!Array.isArray(chosen)) return chosen;
  const fitting = chosen.filter(({value}) => fits(value));
  const beginning = fitting.filter(({value}) => value.startsWith(current));
  const candidates = offered([...beginning, ...fitting], current === '' ? MOST_UNASKED : MOST);
  return {kind: 'words', candidates};
}

const MOST = 200;
/** Where nothing was typed: a shell asks before it shows a hundred. */
const MOST_UNASKED = 90;

type Chosen = Candidate[] | Exclude<Completion, {kind: 'words'}>;

async function choose(words: readonly string[], current: string, sources: Sources): Promise<Chosen> {
  const isHelp = words[0] === 'help';
  const named = isHelp ? words.slice(1) : words;
  if (named.length === 0) return firstWords(current, isHelp, sources.commands);
  const found = sources.find(named);
  if (found === undefined) return [];
  if (found.kind === 'group') return named.length > 1 ? [] : secondWords(found.group, found.commands);
  const further =
    named.length > 1 || current.startsWith('-') ? [] : secondWords(found.command.name, sources.commands);
  const own = isHelp ? [] : await ofCommand(found.command, found.rest, current, sources, words.length);
  return Array.isArray(own) ? [...further, ...own] : own;
}

/** Of commands of two words that begin with this one. */
function secondWords(first: string, commands: readonly CommandText[]): Candidate[] {
  return commands
    .filter(({name}) => name.startsWith(`${first} `))
    .map(({name, summary}) => ({value: name.slice(first.length + 1), about: () => summary}));
}

function firstWords(current: string, isHelp: boolean, commands: readonly CommandText[]): Candidate[] {
  if (current.startsWith('-')) {
    if (isHelp) return [];
    return [
      {value: '--help', about: () => 'list the commands'},
      {value: '--version', about: () => 'print the version'},
    ];
  }
  const words = commands.map(({name, summary}): Candidate => {
    const [first = '', second] = name.split(' ');
    return {value: first, about: () => (second === undefined ? summary : secondWordsOf(first, commands))};
  });
  return isHelp ? words : [...words, {value: 'help', about: () => 'tell more of a command'}];
}

function secondWordsOf(group: string, commands: readonly CommandText[]): string {
  const ofGroup = commands.filter(({name}) => name.startsWith(`${group} `));
  return ofGroup.map(({name}) => name.slice(group.length + 1)).join(', ');
}

async function ofCommand(
  command: CommandText,
  rest: readonly string[],
  current: string,
  sources: Sources,
  count: number,
): Promise<Chosen> {
  const scanned = scanWords(command, rest);
  const {operands, options, missing, onlyOperands} = scanned;
  const asked = {current, options, operands, sources};
  if (missing !== undefined) return ofValue(missing.value, {...asked, isList: missing.list});
  const given = onlyOperands ? undefined : valueInWord(command, current);
  if (given?.rest !== undefined) {
    const before = current.slice(0, current.length - given.rest.length);
    const {value, list} = given.definition;
    return behind(before, await ofValue(value, {...asked, current: given.rest, isList: list}));
  }
  if (!onlyOperands && current.startsWith('-')) return flagsOf(command, options, current);
  const kind = operandKind(command, operands.length);
  if (kind === undefined) return onlyOperands || current !== '' ? [] : flagsOf(command, options, '--');
  if (kind === 'command') return {kind, at: count - operands.length};
  const chosen = await ofValue(kind, asked);
  return Array.isArray(chosen) ? chosen.filter(({value}) => !operands.includes(value)) : chosen;
}

function operandKind({operands, operandValues}: CommandText, at: number): ValueKind | undefined {
  if (operands === undefined || operandValues === undefined) return undefined;
  return operandValues[at] ?? (operands.includes('...') ? operandValues.at(-1) : undefined);
}

/** Those that were not given yet, or may be again; by their long names, unless a short one is typed out. */
function flagsOf({options}: CommandText, given: Options, current: string): Candidate[] {
  return [...options, HELP]
    .filter(option => given[keyOfOption(option)] === undefined || option.repeatable)
    .flatMap(({flags, description}) => {
      const all = namesOf(flags);
      const isTyped = all.includes(current);
      const value = isTyped ? current : (all.at(-1) ?? '');
      return [{value, about: () => description || 'show what it does and takes'}];
    });
}

interface Asked {
  readonly current: string;
  readonly options: Options;
  readonly operands: readonly string[];
  readonly sources: Sources;
  readonly isList?: boolean | undefined;
}

async function ofValue(kind: ValueKind | undefined, asked: Asked): Promise<Chosen> {
  const {current, isList} = asked;
  const comma = isList ? current.lastIndexOf(',') + 1 : 0;
  if (comma === 0) return ofKind(kind, asked);
  const before = current.slice(0, comma);
  const chosen = await ofKind(kind, {...asked, current: current.slice(comma)});
  const given = before.split(',');
  return behind(before, Array.isArray(chosen) ? chosen.filter(({value}) => !given.includes(value)) : chosen);
}

function behind(before: string, chosen: Chosen): Chosen {
  if (Array.isArray(chosen)) return chosen.map(each => ({...each, value: before + each.value}));
  return 'before' in chosen ? {...chosen, before: before + chosen.before} : chosen;
}

async function ofKind(kind: ValueKind | undefined, {current, options, sources}: Asked): Promise<Chosen> {
  if (typeof kind === 'object') return fixed(kind);
  const jobs = () => sources.jobs(current);
  switch (kind) {
    case 'address':
      return addresses(current, jobs(), sources.here());
    case 'open-address':
      // What was left behind is that of jobs which have ended.
      return options.leftovers === true
        ? addresses(current, jobs(), sources.here())
        : openAddresses(current, jobs(), sources.here());
    case 'address-or-file':
      return /^[.]|\//.test(current)
        ? {kind: 'files', before: ''}
        : addresses(current, jobs(), sources.here());
    case 'job-name':
      return names(hereFirst(jobs(), sources.here()));
    case 'invocation':
      return invocations(jobs());
    case 'worktree':
      return worktrees(jobs());
    case 'tag':
      return tags(jobs());
    case 'hook':
      return hooks(jobs());
    case 'submitter':
      return submitters(jobs());
    case 'status':
      return fixed(sources.statuses);
    case 'format':
      return fixed(sources.formats);
    case 'group':
      return fixed(await sources.groups());
    case 'topic':
      return fixed(await sources.topics(options));
    case 'variable':
      return current.includes('=')
        ? []
        : sources.variables().map(name => ({value: `${name}=`, isOpen: true as const}));
    case 'time':
      return fixed(['now', 'today', 'yesterday']);
    case 'file':
      return {kind: 'files', before: ''};
    case 'directory':
      return {kind: 'directories', before: ''};
    default:
      return []; // nobody can guess it
  }
}

function fixed(words: readonly string[]): Candidate[] {
  return words.map(value => ({value}));
}
