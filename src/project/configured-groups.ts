import type {Configuration} from './configuration.ts';

/** How many jobs of each group may run at once, as the configuration has it, by its name; undefined where it tells of none. */
export function configuredGroups(
  configuration: Configuration | undefined,
): Record<string, number> | undefined {
  if (configuration?.groups === undefined) return undefined;
  const limits = Object.entries(configuration.groups).map(([name, {parallel}]) => [name, parallel] as const);
  return Object.fromEntries(limits);
}
