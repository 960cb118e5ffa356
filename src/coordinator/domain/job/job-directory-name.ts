/** The directory of a job's attempt: the name as a component of a path, which has no `@`, and `@<attempt>` from the second on. */
import {pathComponent, wellFormed} from '../../../base/index.ts';

/** Half a surrogate pair in the name counts as U+FFFD, as it is stored. */
export function jobDirectoryName(name: string, attempt: number): string {
  const safe = pathComponent(wellFormed(name));
  return attempt === 1 ? safe : `${safe}@${attempt}`;
}

/** Why a name cannot be a job's name, or undefined when it can. */
export function nameProblem(name: string): string | undefined {
  if (name.trim() === '') return 'it is empty';
  if (Buffer.byteLength(name) > 255)
    return `it is ${Buffer.byteLength(name)} bytes long, at most 255 are possible`;
  // biome's rule against control characters in patterns is why this is a loop
  for (const char of name) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x20 || code === 0x7f) return 'it holds a control character';
  }
  return undefined;
}
