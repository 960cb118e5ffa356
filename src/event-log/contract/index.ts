/**
 * `stint/event-log/contract`: what every event log has to do, as cases for any test runner. Run all of them on a backend of
 * yours: `for (const {name, run} of eventLogContract({open})) test(name, run);`
 */
import {APPENDING} from './appending.ts';
import {CHAINING} from './chaining.ts';
import {COMPACTING} from './compacting.ts';
import {CONSUMING} from './consuming.ts';
import {Bench, type CaseDefinition, type ContractCase, type ContractOptions} from './contract-case.ts';
import {ENDING} from './ending.ts';
import {INTERLEAVING} from './interleaving.ts';
import {KEEPING} from './keeping.ts';
import {PAYLOADS} from './payloads.ts';
import {READING} from './reading.ts';
import {REFUSING} from './refusing.ts';
import {SHARING} from './sharing.ts';
import {SUBSCRIBING} from './subscribing.ts';

export type {Asked, ContractCase, ContractOptions} from './contract-case.ts';

const ALL: readonly CaseDefinition[] = [
  ...APPENDING,
  ...REFUSING,
  ...PAYLOADS,
  ...READING,
  ...SUBSCRIBING,
  ...CONSUMING,
  ...COMPACTING,
  ...CHAINING,
  ...KEEPING,
  ...SHARING,
  ...ENDING,
  ...INTERLEAVING,
];

/** The cases for a backend, independent of each other. A case takes at most some seconds and leaves no log open. */
export function eventLogContract(options: ContractOptions): readonly ContractCase[] {
  const offered = {
    reopen: options.reopen !== undefined,
    second: options.second !== undefined,
    chain: options.chains === true,
  };
  return ALL.filter(({needs = []}) => needs.every(need => offered[need])).map(({name, run}) => ({
    name,
    run: async () => {
      const bench = new Bench(options);
      try {
        await run(bench);
      } finally {
        await bench.close();
      }
    },
  }));
}
