import {stringifyWellFormed} from '../../../base/index.ts';
import {packageVersion} from '../../../platform/index.ts';
import {sqliteDriver} from '../../../store/index.ts';
import type {OptionsOf} from '../../command.ts';
import type {VERSION} from '../../definitions/upkeep.ts';
import {EXIT} from '../../exit-codes.ts';
import {out} from '../../output/write.ts';

type Options = OptionsOf<typeof VERSION>;

export async function run(_operands: readonly string[], options: Options): Promise<number> {
  const version = packageVersion();
  const all = {version, node: process.versions.node, sqlite: sqlite()};
  out(options.json ? `${stringifyWellFormed(all)}\n` : `${version}\n`);
  return EXIT.done;
}

/** Where it comes from, and its version; null where there is none, which everything else then says. */
function sqlite(): {driver: string; version: string} | null {
  try {
    const driver = sqliteDriver();
    return {driver: driver.name, version: driver.version()};
  } catch {
    return null;
  }
}
