/** The jobs of one submission as a graph of what they need of each other. Pure. */

/** A job of a submission: which others of it are needed, by their names. */
export interface GraphJob {
  readonly name: string;
  readonly needs: readonly string[];
}

/** In a sentence, why these cannot all start one day: a need that is not there, or a cycle. Undefined where they can. */
export function graphProblem(jobs: readonly GraphJob[]): string | undefined {
  const names = new Set(jobs.map(({name}) => name));
  for (const {name, needs} of jobs) {
    const missing = needs.find(need => !names.has(need));
    if (missing !== undefined) return `${name} needs ${missing}, which is not submitted with it`;
  }
  const cycle = cycleIn(jobs);
  return cycle && cycleText(cycle);
}

/** Of a long one how it begins and how it closes. */
function cycleText(cycle: readonly string[]): string {
  const steps = cycle.map((name, at) => `${name} needs ${cycle[(at + 1) % cycle.length]}`);
  const between = steps.length - MOST_STEPS;
  const told =
    between > 0 ? [...steps.slice(0, MOST_STEPS - 1), `${between} more`, ...steps.slice(-1)] : steps;
  return `${told.join(', ')}: a cycle`;
}

const MOST_STEPS = 6;

/** Takes away whatever needs nothing that is left, until nothing is; what stays goes round in circles. */
function cycleIn(jobs: readonly GraphJob[]): readonly string[] | undefined {
  const left = new Map(jobs.map(({name, needs}) => [name, new Set(needs)]));
  const neededBy = new Map<string, string[]>();
  for (const {name, needs} of jobs) {
    for (const need of new Set(needs)) {
      const names = neededBy.get(need);
      if (names === undefined) neededBy.set(need, [name]);
      else names.push(name);
    }
  }
  const free = jobs.flatMap(({name, needs}) => (needs.length === 0 ? [name] : []));
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    left.delete(next);
    for (const name of neededBy.get(next) ?? []) {
      const needs = left.get(name);
      needs?.delete(next);
      if (needs?.size === 0) free.push(name);
    }
  }
  const [start] = left.keys();
  return start === undefined ? undefined : roundFrom(start, left);
}

/** Each of `left` needs another one of it, so whoever follows them comes back somewhere. */
function roundFrom(start: string, left: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const way: string[] = [];
  const at = new Map<string, number>();
  for (let name = start; ; name = firstOf(left.get(name)) ?? start) {
    const seen = at.get(name);
    if (seen !== undefined) return way.slice(seen);
    at.set(name, way.length);
    way.push(name);
  }
}

function firstOf(names: ReadonlySet<string> | undefined): string | undefined {
  const [first] = names ?? [];
  return first;
}
