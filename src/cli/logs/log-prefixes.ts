/** What stands before the lines of several jobs, to tell them apart: their names, in colours and of one width. */
import {visible} from '../../base/index.ts';
import {nameColour} from '../output/style.ts';
import {textWidths} from '../output/text-width.ts';

/** Longer names stick out, so that they do not push the lines of all others to the right. */
const WIDEST = 24;

export async function logPrefixes(jobs: readonly {readonly name: string}[]): Promise<string[]> {
  const names = jobs.map(({name}) => visible(name));
  const widthOf = await textWidths(names);
  const width = Math.min(WIDEST, Math.max(...names.map(widthOf)));
  return names.map((name, at) => {
    const padding = ' '.repeat(Math.max(0, width - widthOf(name)));
    return `${nameColour(at)(name)}${padding} | `;
  });
}
