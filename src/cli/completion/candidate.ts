/** What a word may become. */
import {visible} from '../../base/index.ts';

export interface Candidate {
  /** The whole word. */
  readonly value: string;
  /** What it is, in a few words; asked for only where it is shown. */
  readonly about?: (() => string) | undefined;
  /** More is to be typed behind it without a blank, as behind `--env=`. */
  readonly isOpen?: true;
}

/** Each value once, the first of its kind; without those that cannot be typed or shown as they are. */
export function offered(candidates: Iterable<Candidate>, most: number): Candidate[] {
  const byValue = new Map<string, Candidate>();
  for (const each of candidates) {
    if (byValue.size === most) break;
    if (!byValue.has(each.value) && each.value !== '' && visible(each.value) === each.value)
      byValue.set(each.value, each);
  }
  return [...byValue.values()];
}
