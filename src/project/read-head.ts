/** Branch and commit of a checkout, read from git's files. */
import {join} from 'node:path';

import type {GitRepo} from './locate-repo.ts';
import {readIfThere} from './small-file.ts';

export interface Head {
  /** Short name of the branch (`main`); undefined when none is checked out (detached). */
  readonly branch: string | undefined;
  /** Full hex of the commit; undefined before the first one. */
  readonly commit: string | undefined;
}

/** What HEAD says; undefined where the files are not of the usual kind (reftable, unreadable): then git is to be asked. */
export function readHead(repo: GitRepo): Head | undefined {
  try {
    const head = readIfThere(join(repo.gitDir, 'HEAD'))?.trimEnd() ?? '';
    if (COMMIT.test(head)) return {branch: undefined, commit: head};
    const ref = BRANCH_REF.exec(head)?.[0].slice('ref: '.length);
    if (ref === undefined || ref === REFTABLE) return undefined;
    const branch = ref.slice('refs/heads/'.length);
    const loose = readIfThere(join(repo.commonDir, ref))?.trimEnd();
    if (loose === undefined) return {branch, commit: packedCommit(repo.commonDir, ref)};
    return COMMIT.test(loose) ? {branch, commit: loose} : undefined;
  } catch {
    return undefined; // git knows better what is wrong, or has other rights
  }
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const BRANCH_REF = /^ref: refs\/heads\/[^\0\n]+$/;
const REFTABLE = 'refs/heads/.invalid';

/** Searched as it is, not line by line: with many branches and tags the file has megabytes. */
function packedCommit(commonDir: string, ref: string): string | undefined {
  const packed = readIfThere(join(commonDir, 'packed-refs')) ?? '';
  const at = packed.indexOf(` ${ref}\n`);
  if (at < 0) return undefined;
  const commit = packed.slice(packed.lastIndexOf('\n', at) + 1, at);
  if (!COMMIT.test(commit)) throw new Error(`packed-refs holds no commit for ${ref}.`);
  return commit;
}
