import {stringifyWellFormed} from '../../../base/index.ts';
import {packageVersion} from '../../../platform/index.ts';
import type {OptionsOf} from '../../command.ts';
import type {VERSION} from '../../definitions/upkeep.ts';
import {EXIT} from '../../exit-codes.ts';
import {out} from '../../output/write.ts';

type Options = OptionsOf<typeof VERSION>;

export async function run(_operands: readonly string[], options: Options): Promise<number> {
  const version = packageVersion();
  out(options.json ? `${stringifyWellFormed({version, node: process.versions.node})}\n` : `${version}\n`);
  return EXIT.done;
}
