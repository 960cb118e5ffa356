/** How many situations of each kind were told rightly. Pure. */
import type {Verdict} from './judge.ts';

/** `count` with a title for each kind, in order. */
export function truthTable(
  rows: readonly (readonly [title: string, verdicts: readonly Verdict[]])[],
): string {
  const all = rows.flatMap(([, verdicts]) => verdicts);
  const told = [...rows, ['in all', all] as const];
  const width = Math.max(...told.map(([title]) => title.length));
  const head = ['kind'.padEnd(width), ...VERDICTS.map(cell)].join('');
  const lines = told.map(([title, verdicts]) =>
    [
      title.padEnd(width),
      ...VERDICTS.map(each => cell(verdicts.filter(verdict => verdict === each).length)),
    ].join(''),
  );
  return [head, ...lines].join('\n');
}

const VERDICTS: readonly Verdict[] = ['right', 'wrong', 'missing'];

function cell(value: string | number): string {
  return String(value).padStart(9);
}
