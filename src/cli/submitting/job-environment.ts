import {pathBytes, pathText, StintError} from '../../base/index.ts';
import {type ByteString, fromBytes, toBytes, toText} from '../../coordinator/domain/index.ts';
import {argumentValue, environmentEntries} from '../../platform/index.ts';
import {secretValues} from '../../redaction/index.ts';
import type {Options} from '../command.ts';
import {list} from '../command-line/option-values.ts';

export interface GivenEnvironment {
  /** This process's, byte for byte. */
  readonly inherited: ByteString[];
  /** What was set for the job; counts before what is inherited. */
  readonly set: ByteString[];
}

/** This process's environment, and what `--env` sets; PWD follows `--cwd`. */
export function environmentOf(options: Options, cwd: string): GivenEnvironment {
  const set = new Map<string, ByteString>();
  if (options.cwd !== undefined)
    set.set('PWD', fromBytes(Buffer.concat([Buffer.from('PWD='), Buffer.from(pathBytes(cwd) as string)])));
  for (const assignment of list(options, 'env')) {
    const at = assignment.indexOf('=');
    if (at < 1)
      // Not told: where the name was forgotten it is the value, perhaps of a secret.
      throw new StintError('USAGE', 'What --env was given is not NAME=value.', {
        hint: 'For example: --env CI=1',
      });
    set.set(assignment.slice(0, at), fromBytes(argumentValue(assignment)));
  }
  return {inherited: environmentEntries().map(fromBytes), set: [...set.values()]};
}

/** The PATH, as `pathText`; undefined when it is not set. */
export function searchPath({inherited, set}: GivenEnvironment): string | undefined {
  const entry = [...set, ...inherited].map(toBytes).find(each => each.subarray(0, PATH.length).equals(PATH));
  return entry === undefined ? undefined : pathText(entry.subarray(PATH.length));
}

const PATH = Buffer.from('PATH=');

/** The values of variables whose names say that they are secret. */
export function secretsIn({inherited, set}: GivenEnvironment): string[] {
  return secretValues([...set, ...inherited].map(toText));
}
