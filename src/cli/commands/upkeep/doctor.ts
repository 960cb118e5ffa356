import {stringifyWellFormed} from '../../../base/index.ts';
import type {Context, OptionsOf} from '../../command.ts';
import type {DOCTOR} from '../../definitions/upkeep.ts';
import {EXIT} from '../../exit-codes.ts';
import {dim, green, red, yellow} from '../../output/style.ts';
import {visible} from '../../output/visible.ts';
import {check} from '../../upkeep/doctor/check.ts';
import type {Finding} from '../../upkeep/doctor/finding.ts';
import {repair} from '../../upkeep/doctor/repair.ts';

type Options = OptionsOf<typeof DOCTOR>;

export async function run(
  _operands: readonly string[],
  options: Options,
  {answers}: Context,
): Promise<number> {
  const repaired = options.repair ? await repair({isSilent: options.json === true}) : [];
  const findings = [...repaired, ...(await check())];
  const worst = findings.some(({level}) => level === 'problem') ? EXIT.failed : EXIT.done;
  if (options.json) answers.write(`${stringifyWellFormed({ok: worst === EXIT.done, findings}, 2)}\n`);
  else answers.write(findings.map(describe).join(''));
  return worst;
}

function describe({level, about, message, hint}: Finding): string {
  const mark = {ok: green('ok     '), note: yellow('note   '), problem: red('PROBLEM')}[level];
  const advice = hint?.split('\n').map(line => `          ${dim(visible(line))}\n`) ?? [];
  return `${mark}  ${about.padEnd(12)} ${visible(message)}\n${advice.join('')}`;
}
