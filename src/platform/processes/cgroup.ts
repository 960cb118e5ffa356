/** The cgroup of a process, by which systemd and containers end all that belongs together. Linux only. */
import {readFileSync} from 'node:fs';

/** The cgroup by which systemd goes; undefined where it cannot be read. */
export function cgroupOf(pid: number | 'self'): string | undefined {
  try {
    return cgroupIn(readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
  } catch {
    return undefined; // gone, or not Linux
  }
}

/**
 * What `/proc/<pid>/cgroup` tells: of the one hierarchy, or of several that which systemd has made. Where systemd has none, as
 * in a container, that of the first controller that says more than the root. Pure.
 */
export function cgroupIn(text: string): string | undefined {
  const groups = text.split('\n').flatMap(line => {
    const [, , controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    return controllers === undefined || path === undefined ? [] : [{controllers, path}];
  });
  const ofSystemd = groups.find(({controllers}) => controllers === 'name=systemd');
  const unified = groups.find(({controllers}) => controllers === '');
  const told = [ofSystemd, unified, ...groups].find(group => group !== undefined && group.path !== '/');
  return (told ?? groups[0])?.path;
}
