import {StintError} from '../base/index.ts';
import {type ByteString, fromBytes, toText} from '../coordinator/domain/index.ts';
import {argumentValue, environmentEntries} from '../platform/index.ts';
import type {Options} from './command.ts';
import {list} from './option-values.ts';

/** This process's environment, byte for byte, with what `--env` sets; PWD follows `--cwd`. */
export function environmentOf(options: Options, cwd: string): ByteString[] {
  const set = new Map<string, ByteString>();
  if (options.cwd !== undefined) set.set('PWD', `PWD=${cwd}`);
  for (const assignment of list(options, 'env')) {
    const at = assignment.indexOf('=');
    if (at < 1)
      throw new StintError('USAGE', `--env is '${assignment}', not NAME=value.`, {
        hint: 'For example: --env CI=1',
      });
    set.set(assignment.slice(0, at), fromBytes(argumentValue(assignment)));
  }
  const inherited = environmentEntries().filter(
    entry => !set.has(entry.toString('utf8', 0, entry.indexOf(0x3d, 1))),
  );
  return [...inherited.map(fromBytes), ...set.values()];
}

/** The value of a variable, for people; undefined when it is not set. */
export function variable(environment: readonly ByteString[], name: string): string | undefined {
  const entry = environment.map(toText).find(each => each.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}
