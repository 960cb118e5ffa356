/** Processor time that a command took, with all the processes that it and they waited for. Pure. */
export interface CpuTime {
  readonly userMs: number;
  readonly systemMs: number;
}

/** As its wrapper wrote it, on a machine with so many cores. */
export interface WrittenCpuTime extends CpuTime {
  readonly cores: number;
}

/**
 * For a record of the end: nothing where what was written is more than the cores can do in the time that it took; that is
 * undefined where nobody knows it, and then nothing can be believed. The clocks differ, and cores come and go.
 */
export function recordedCpu(
  cpu: WrittenCpuTime | undefined,
  tookMs: number | undefined,
): {readonly cpu_user_ms?: number; readonly cpu_system_ms?: number} {
  if (cpu === undefined || tookMs === undefined) return {};
  const {userMs, systemMs, cores} = cpu;
  const isPossible = userMs >= 0 && systemMs >= 0 && userMs + systemMs <= (tookMs + 1000) * cores * 2;
  return isPossible ? {cpu_user_ms: Math.round(userMs), cpu_system_ms: Math.round(systemMs)} : {};
}

/** What a record of the end holds of it; undefined where that is nothing, or no time. */
export function cpuTimeOf(user: unknown, system: unknown): CpuTime | undefined {
  return isTime(user) && isTime(system) ? {userMs: user, systemMs: system} : undefined;
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
