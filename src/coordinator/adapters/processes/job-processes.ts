/** Runs jobs as processes of this machine and tells from the FIFO, the pid file and the exit file what became of them. */
import {closeSync, constants, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';

import type {Moment} from '../../../base/index.ts';
import {
  fifoHasWriter,
  memoryUse,
  openFifo,
  openPrivate,
  processSpace,
  refuseDirectory,
  spawnJob,
  splitNul,
  type WritersOf,
} from '../../../platform/index.ts';
import {ageOfJob, type JobSpec, jobVariable, keyOf, type SpecSummary, toBytes} from '../../domain/index.ts';
import type {JobRunner, JobTarget} from '../../ports/index.ts';
import {JOB_FILES, jobPath} from '../directory/job-paths.ts';
import {openExitFile, openPidFile, readNumber, readSpace, readWritten} from '../directory/wrapper-files.ts';
import type {FifoPool} from './fifo-pool.ts';
import {findProcesses, identity, type SearchedJob, spoolPaths} from './find-processes.ts';
import {commandBorn, killProcesses, remainsOf, terminateProcesses} from './kill-job.ts';
import {watchWrapper} from './wrapper-watch.ts';

export interface JobProcessesOptions {
  readonly state: string;
  readonly fifos: FifoPool;
  readonly writersOf: WritersOf;
  /** Now, by both clocks. */
  readonly moment: () => Moment;
}

export function jobProcesses({state, fifos, writersOf, moment}: JobProcessesOptions): JobRunner {
  const fileOf = (spec: SpecSummary, name: string) => join(state, jobPath(keyOf(spec)), name);
  const isAlive = (spec: SpecSummary) => fifoHasWriter(fileOf(spec, JOB_FILES.alive));
  const searched = ({spec, wrapperPid: pid, signaled, endedAt}: JobTarget): SearchedJob => ({
    wrapper: () => (isAlive(spec) ? pid || (readNumber(fileOf(spec, JOB_FILES.pid)) ?? 0) : 0),
    known: new Set(signaled.flatMap(({pid, start}) => (start === undefined ? [] : identity(pid, start)))),
    alive: fileOf(spec, JOB_FILES.alive),
    spools: spoolPaths(join(state, jobPath(keyOf(spec)))),
    variable: jobVariable(keyOf(spec)),
    age: () => ageOfJob(spec.invocation, moment()),
    ...(endedAt === undefined ? {} : {endedFor: () => moment().at - endedAt}),
    writersOf,
  });
  const whenEnded = (spec: JobSpec, onEnd: () => void) => watchWrapper(fileOf(spec, JOB_FILES.alive), onEnd);
  return {
    whenEnded,
    start: async (spec, onEnd, onReady) => {
      const alive = fileOf(spec, JOB_FILES.alive);
      if (fifoHasWriter(alive)) throw new Error('it is running already');
      fifos.giveBack(alive);
      refuseDirectory(spec.cwd);
      const open: number[] = [];
      const opened = (fd: number) => {
        open.push(fd);
        return fd;
      };
      try {
        const environment = splitNul(readFileSync(fileOf(spec, JOB_FILES.environment)));
        const out = opened(openPrivate(fileOf(spec, JOB_FILES.out), APPEND));
        const err = opened(openPrivate(fileOf(spec, JOB_FILES.err), APPEND));
        const descriptors = {
          out,
          err: spec.merged ? out : err,
          pid: opened(openPidFile(fileOf(spec, JOB_FILES.pid), processSpace())),
          exit: opened(openExitFile(fileOf(spec, JOB_FILES.exit))),
          alive: opened(openTaken(fifos, alive)),
        };
        const {cwd, umask} = spec;
        const scratch = fileOf(spec, JOB_FILES.handover);
        const command = spec.command.map(toBytes);
        onReady();
        return await spawnJob({environment, command, cwd, umask, scratch, descriptors}, onEnd);
      } finally {
        for (const fd of open) closeSync(fd);
      }
    },
    adopt: async (spec, onEnd) => {
      whenEnded(spec, onEnd);
      return {pid: await wrapperPid(fileOf(spec, JOB_FILES.pid))};
    },
    exit: spec => {
      const exit = readWritten(fileOf(spec, JOB_FILES.exit), readSpace(fileOf(spec, JOB_FILES.pid)));
      return exit && {code: exit.number, ended: exit.moment, cpu: exit.cpu};
    },
    terminate: async (target, tell) => {
      const {spec, wrapperPid: pid} = target;
      const written = await wrapperPid(fileOf(spec, JOB_FILES.pid));
      const wrapper = pid || written;
      const isBorn = await commandBorn(wrapper, () => isAlive(spec), written > 0 ? undefined : 1);
      // A wrapper that has not written its pid may not catch signals yet, and would take the job's code with it.
      if (!isBorn && written === 0) return false;
      return isAlive(spec) && terminateProcesses(searched({...target, wrapperPid: wrapper}), tell);
    },
    terminateLeftovers: (target, tell) => terminateProcesses(searched(target), tell),
    kill: (target, tell) => killProcesses(searched(target), tell),
    remains: async target => remainsOf(await findProcesses(searched(target))),
    memory: async (target, enough) => {
      const {rest} = await findProcesses(searched(target));
      return memoryUse(
        rest.map(({pid}) => pid),
        enough,
      );
    },
    stillWriting: async specs => {
      const spools = specs.map(spec => [fileOf(spec, JOB_FILES.out), fileOf(spec, JOB_FILES.err)]);
      const writing = await writersOf(spools.flat());
      if (writing === undefined) return undefined;
      return new Set(specs.filter((_, at) => spools[at]?.some(path => writing.has(path))));
    },
  };
}

/** A wrapper that was only just born writes its pid within moments. */
async function wrapperPid(path: string): Promise<number> {
  for (let look = 0; look < 100; look++) {
    const pid = readNumber(path);
    if (pid !== undefined) return pid;
    await delay(10);
  }
  return 0;
}

const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;

function openTaken(fifos: FifoPool, path: string): number {
  fifos.take(path);
  return openFifo(path);
}
