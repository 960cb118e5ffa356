import {didYouMean, StintError, stringifyWellFormed} from '../../../base/index.ts';
import {
  attend,
  lastRuns,
  openRepository,
  type ReadingPlace,
  statisticsOf,
  USUAL_RUNS,
} from '../../../jobs/index.ts';
import {systemMoment} from '../../../platform/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {STATS} from '../../definitions/jobs.ts';
import {EXIT} from '../../exit-codes.ts';
import {statisticsText} from '../../listing/statistics-text.ts';
import {out, say} from '../../output/write.ts';

type Options = OptionsOf<typeof STATS>;

export async function run([name]: readonly string[], options: Options, {cwd}: Context): Promise<number> {
  if (name === undefined)
    throw new StintError('USAGE', 'No job was named.', {hint: 'For example: stint stats test'});
  const limit = wholeNumber(options.last, '--last', 1) ?? USUAL_RUNS;
  const place = openRepository(cwd);
  const runs = lastRuns(place.reader, name, limit);
  if (runs.jobs.length === 0 && runs.past.length === 0) throw unknownName(place, name);
  const now = systemMoment();
  const statistics = statisticsOf(name, runs, limit, now);
  out(options.json ? `${stringifyWellFormed(statistics, 2)}\n` : await statisticsText(statistics));
  if (place.state !== undefined) await attend(place.state, runs.jobs, say);
  return EXIT.done;
}

function unknownName({reader}: ReadingPlace, name: string): StintError {
  return new StintError('NO_MATCH', `No job ${name} was ever run in this repository.`, {
    hint: didYouMean(name, reader?.names() ?? []) || 'Run: stint ls --all',
  });
}
