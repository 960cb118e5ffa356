import {
  counted,
  GROUP_NAME_RULE,
  isGroupName,
  MOST_PARALLEL,
  plural,
  StintError,
  stringifyWellFormed,
  visible,
} from '../../../base/index.ts';
import {Client} from '../../../coordinator/client/index.ts';
import {unknownGroup} from '../../../coordinator/domain/index.ts';
import {groupsOf, setGroup} from '../../../jobs/index.ts';
import type {Answers, Context, OptionsOf} from '../../command.ts';
import {wholeNumber} from '../../command-line/option-values.ts';
import type {PARALLEL} from '../../definitions/queue.ts';
import {EXIT} from '../../exit-codes.ts';
import {say} from '../../output/write.ts';

type Options = OptionsOf<typeof PARALLEL>;

export async function run(
  operands: readonly string[],
  options: Options,
  {answers}: Context,
): Promise<number> {
  const {group} = options;
  if (group !== undefined) return ofGroup(checkedName(group), operands[0], options, answers);
  const wanted = limitOf(operands[0], 'stint parallel 10');
  const client = new Client({notify: say});
  try {
    if (wanted !== undefined) await client.request('SetParallel', {parallel: wanted});
    const told = await client.request('GetParallel', {});
    const {parallel, running, queued} = told;
    answers.write(
      options.json ? `${stringifyWellFormed(told)}\n` : `${parallel}\n`,
      wanted === undefined
        ? undefined
        : `At most ${counted(parallel, 'job')} ${plural(parallel, 'runs', 'run')} at once now`,
    );
    if (!options.json && queued) say(`${running} run and ${queued} wait, of all directories`);
    return EXIT.done;
  } finally {
    client.close();
  }
}

async function ofGroup(
  name: string,
  given: string | undefined,
  options: Options,
  answers: Answers,
): Promise<number> {
  const isRemoval = given === 'none';
  const wanted = isRemoval ? null : limitOf(given, 'stint parallel 1 --group heavy');
  const client = new Client({notify: say});
  try {
    const before = await groupsOf(client);
    const known = before.filter(({source}) => source !== null).map(each => each.name);
    if (typeof wanted !== 'number' && !known.includes(name)) throw unknownGroup(name, known);
    const groups = wanted === undefined ? before : await setGroup(client, name, wanted);
    const told = groups.find(each => each.name === name);
    answers.write(
      options.json ? `${stringifyWellFormed(told ?? {...NOTHING, name})}\n` : `${told?.parallel ?? 'none'}\n`,
      wanted === undefined ? undefined : `The limit of the group ${name} is ${wanted ?? 'gone'}`,
    );
    if (!options.json && told?.waiting)
      say(`${told.running} run and ${told.waiting} wait, of all directories`);
    return EXIT.done;
  } finally {
    client.close();
  }
}

const NOTHING = {parallel: null, source: null, running: 0, waiting: 0};

function limitOf(given: string | undefined, example: string): number | undefined {
  const wanted = wholeNumber(given, 'N', 1, example);
  if (wanted === undefined || wanted <= MOST_PARALLEL) return wanted;
  throw new StintError('USAGE', `${wanted} jobs at once are too many: at most ${MOST_PARALLEL}.`);
}

function checkedName(group: string): string {
  if (isGroupName(group)) return group;
  throw new StintError('USAGE', `'${visible(group)}' cannot be the name of a group.`, {
    hint: `A name has ${GROUP_NAME_RULE}.`,
  });
}
