/** What becomes another in a text, as `diff -U0` prints it: `patch` takes it. Nothing around it, which may hold secrets. Pure. */

/** `before` is undefined where there is no file yet. Empty where nothing changes. */
export function changedLines(path: string, before: string | undefined, after: string): string {
  if (before === after) return '';
  const [old, now] = [linesOf(before ?? ''), linesOf(after)];
  const most = Math.min(old.length, now.length);
  const head = countWhile(most, at => old[at] === now[at]);
  const tail = countWhile(most - head, at => old.at(-1 - at) === now.at(-1 - at));
  const [gone, come] = [old, now].map(lines => lines.slice(head, lines.length - tail)) as [
    string[],
    string[],
  ];
  return [
    `--- ${before === undefined ? '/dev/null' : path}\n+++ ${path}\n`,
    `@@ -${rangeOf(head, gone)} +${rangeOf(head, come)} @@\n`,
    ...gone.map(line => lineOf('-', line)),
    ...come.map(line => lineOf('+', line)),
  ].join('');
}

function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function countWhile(most: number, holds: (at: number) => boolean): number {
  let count = 0;
  while (count < most && holds(count)) count += 1;
  return count;
}

/** Of no lines, the number of the one before. */
function rangeOf(head: number, {length}: readonly string[]): string {
  return `${length === 0 ? head : head + 1},${length}`;
}

function lineOf(mark: string, line: string): string {
  return `${mark}${line}${line.endsWith('\n') ? '' : '\n\\ No newline at end of file\n'}`;
}
