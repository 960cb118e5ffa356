/** The text that tells an agent when to use stint and how: a skill, as a file of the package. */
import {readFileSync} from 'node:fs';
import {join} from 'node:path';

import {packageRoot} from '../platform/index.ts';

/** Where it lies in the package. */
export const SKILL = 'stint/SKILL.md';

/** Throws what reading the file throws. */
export function agentGuide(): string {
  return readFileSync(join(packageRoot(), 'skills', SKILL), 'utf8');
}
