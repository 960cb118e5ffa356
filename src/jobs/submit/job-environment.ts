/** The environment that a job is started with. */
import {pathBytes, pathText} from '../../base/index.ts';
import {type ByteString, fromBytes, toBytes, toText} from '../../coordinator/domain/index.ts';
import {environmentEntries} from '../../platform/index.ts';
import {secretValues} from '../../redaction/index.ts';

export interface GivenEnvironment {
  /** This process's, byte for byte, but for what is handed on to nobody. */
  readonly inherited: ByteString[];
  /** `NAME=value` of what was set for the job; counts before what is inherited. */
  readonly set: ByteString[];
}

/**
 * This process's environment but for the variables that are `dropped`, and what is `set` by names. `directory`: where the job
 * runs, if that is not here; PWD follows it.
 */
export function environmentOf(
  set: ReadonlyMap<string, ByteString>,
  directory: string | undefined,
  dropped: readonly string[],
): GivenEnvironment {
  const beginnings = dropped.map(name => Buffer.from(`${name}=`));
  const isHandedOn = (entry: Buffer) =>
    beginnings.every(each => !entry.subarray(0, each.length).equals(each));
  const moved = directory === undefined ? [] : [['PWD', directoryVariable(directory)] as const];
  return {
    inherited: environmentEntries().filter(isHandedOn).map(fromBytes),
    set: [...new Map([...moved, ...set]).values()],
  };
}

function directoryVariable(directory: string): ByteString {
  return fromBytes(Buffer.concat([Buffer.from('PWD='), Buffer.from(pathBytes(directory) as string)]));
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
