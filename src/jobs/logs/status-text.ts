/** What happened to a job, in words. */

/** `finished exit_code=0`. What only a coordinator has a use for is left to `--json`. */
export function statusText(data: unknown): string {
  const {event, ...rest} = data as Record<string, unknown>;
  const shown = Object.entries(rest).filter(([name]) => !FOR_COORDINATORS.has(name));
  return [event, ...shown.map(([name, value]) => `${name}=${valueText(value)}`)].join(' ');
}

const FOR_COORDINATORS = new Set(['host', 'boot_id', 'pid_ns', 'starts']);

function valueText(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
