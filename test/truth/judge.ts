/** Compares what was answered with what is true. Pure. */
import type {Answers} from './answers.ts';
import {Check, COMMANDS, type Command, type Expected, type Truth, type Words} from './situation.ts';

/** `missing`: nothing was told where something is known. */
export interface Fault {
  readonly verdict: 'wrong' | 'missing';
  readonly where: string;
  readonly wanted: string;
  readonly got: string;
}

export type Verdict = 'right' | Fault['verdict'];

export function judge(answers: Answers, truth: Truth): Fault[] {
  const wanted = [
    ['ls', truth.listed],
    ['status', truth.listed],
    ['report', truth.report],
    ['stats', truth.stats],
  ] as const;
  return [
    ...wanted.flatMap(([command, expected]) =>
      expected === undefined ? [] : differences(answers[command].json, expected, command),
    ),
    ...spoken(answers, truth.says, true),
    ...spoken(answers, truth.neverSays, false),
  ];
}

export function verdictOf(faults: readonly Fault[]): Verdict {
  if (faults.length === 0) return 'right';
  return faults.some(({verdict}) => verdict === 'wrong') ? 'wrong' : 'missing';
}

export function faultText({verdict, where, wanted, got}: Fault): string {
  return `${verdict}: ${where} is ${got}, not ${wanted}`;
}

function differences(got: unknown, wanted: Expected, where: string): Fault[] {
  if (wanted instanceof Check) return wanted.holds(got) ? [] : [fault(got, wanted.wanted, where)];
  if (typeof wanted !== 'object' || wanted === null)
    return got === wanted ? [] : [fault(got, JSON.stringify(wanted), where)];
  if (typeof got !== 'object' || got === null) return [fault(got, JSON.stringify(wanted), where)];
  const values = got as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).flatMap(([key, value]) => differences(values[key], value, `${where}.${key}`));
}

function fault(got: unknown, wanted: string, where: string): Fault {
  const verdict = got === undefined || got === null ? 'missing' : 'wrong';
  return {verdict, where, wanted, got: JSON.stringify(got) ?? 'not there'};
}

function spoken(answers: Answers, words: Words = {}, isWanted: boolean): Fault[] {
  return COMMANDS.flatMap(command =>
    (words[command] ?? []).flatMap(word => wordFault(command, answers[command].text, word, isWanted)),
  );
}

function wordFault(command: Command, text: string, word: RegExp, isWanted: boolean): Fault[] {
  if (word.test(text) === isWanted) return [];
  const [verdict, wanted] = isWanted
    ? (['missing', `${word}`] as const)
    : (['wrong', `without ${word}`] as const);
  return [{verdict, where: `the text of ${command}`, wanted, got: JSON.stringify(text)}];
}
