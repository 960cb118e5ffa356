/**
 * What a job is called when nobody gave it a name: the words by which a person would call its command (`npm-test`, `make`,
 * `python-train.py`). Only words that say what is run get into a name: neither values of options and variables nor anything
 * of which that is not certain, because these may be secrets, and names are shown everywhere.
 */
import {basename} from 'node:path';
import {leadingOptions} from '../../base/index.ts';
import {parseAddress} from '../../coordinator/domain/index.ts';
import {type KnownProgram, knownProgram, type OptionKind} from './known-programs.ts';
import {firstCommand} from './shell-commands.ts';

/**
 * Letters, digits and `._+-`, at most 60 of them; an address that means nothing but a name. `secrets`: texts that must not be
 * in it.
 */
export function jobNameOf(command: readonly string[], secrets: readonly string[] = []): string {
  const parts = partsOf(command.slice(0, MOST_WORDS)).filter(
    part => !secrets.some(secret => part.includes(secret)),
  );
  const joined = parts.map(safe).filter(Boolean).join('-');
  const name = safe([...joined].slice(0, MOST_CHARACTERS).join('')) || NAMELESS;
  return parseAddress(name).eitherWay ? `${name}-${NAMELESS}` : name;
}

const MOST_WORDS = 200;
const MOST_CHARACTERS = 60;
const NAMELESS = 'job';

/** What a shell or an address would take for something else becomes a dash. */
function safe(part: string): string {
  return part.replace(/[^\p{L}\p{M}\p{N}._+-]+/gu, '-').replace(/^[-.]+|[-.]+$/g, '');
}

function partsOf([first = '', ...words]: readonly string[], depth = 0): readonly string[] {
  const name = basename(first).replace(/(?<=.)@.*$/, ''); // `prettier@3`, as npx takes it
  const program = knownProgram(name);
  return program === undefined || depth > DEEPEST ? [name] : partsBehind([name], program, words, depth);
}

/** Wrappers around wrappers; nobody types more. */
const DEEPEST = 8;

/** `names`: what is said already, which is all when the words say nothing more. */
function partsBehind(
  names: readonly string[],
  program: KnownProgram,
  words: readonly string[],
  depth: number,
): readonly string[] {
  switch (program.kind) {
    case 'wrapper': {
      const command = operandsOf(program, words) ?? behindSeparator(words);
      return command.length === 0 ? names : partsOf(command, depth + 1);
    }
    case 'verbs': {
      const [verb = '', ...more] = operandsOf(program, words) ?? [];
      if (!VERB.test(verb)) return names;
      const inner = names.length === 1 ? knownProgram(`${names[0]} ${verb}`) : undefined;
      if (inner !== undefined) return partsBehind([...names, verb], inner, more, depth);
      return [...(program.isOmitted ? names.slice(0, -1) : names), basename(verb)];
    }
    case 'script':
      return partsOfScript(names, program, words, depth);
  }
}

/** A word, a target, or a path. */
const VERB = /^[\p{L}_.:/][\p{L}\p{N}_.:/+-]{0,99}$/u;

function partsOfScript(
  names: readonly string[],
  {options}: KnownProgram,
  words: readonly string[],
  depth: number,
): readonly string[] {
  const read = leadingOptions(words, takesValue(options));
  const [first] = read.rest;
  const about = read.options.map(option => options.get(option)).find(isAbout);
  if (about === 'code' || first === undefined) return names;
  if (about === 'module') return partsOf(read.rest, depth + 1);
  if (about === 'shell') {
    const command = firstCommand(first);
    return command === undefined ? names : partsOf(command, depth + 1);
  }
  const script = read.areKnown ? first : words.find(word => SCRIPT.test(word));
  return script === undefined ? names : [names[0] ?? '', basename(script)];
}

/** Told from the value of an option by its ending. */
const SCRIPT = /^[^-\s]\S*\.([cm]?[jt]sx?|py|rb|pl|php|lua|R|jl|jar|sh|bash|zsh)$/;

function isAbout(kind: OptionKind | undefined): boolean {
  return kind !== undefined && kind !== 'alone' && kind !== 'value';
}

/** Undefined where an option is not known: any word may be its value. */
function operandsOf({options, skips}: KnownProgram, words: readonly string[]): readonly string[] | undefined {
  let [rest, left] = [words, skips];
  for (;;) {
    const read = leadingOptions(rest, takesValue(options));
    if (!read.areKnown) return undefined;
    rest = read.rest.slice(left);
    left = 0;
    if (!SAYS_NOTHING.test(rest[0] ?? '')) return rest;
    rest = rest.slice(1);
  }
}

/** An assignment, `+nightly`, the 8 of `-j 8`, the dash of `env -`. */
const SAYS_NOTHING = /^(?:[A-Za-z_]\w*=.*|\+.*|\d+|-)$/s;

function behindSeparator(words: readonly string[]): readonly string[] {
  const at = words.indexOf('--');
  return at < 0 ? [] : words.slice(at + 1);
}

function takesValue(options: KnownProgram['options']) {
  return (option: string) => {
    const kind = options.get(option);
    return kind === undefined ? (/^-\d$/.test(option) ? false : undefined) : kind === 'value';
  };
}
