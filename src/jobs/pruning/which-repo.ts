/** Which repository a person means, also one that is not there any more. */
import {parseRepoId, type RepoId, StintError} from '../../base/index.ts';
import {JobReader, reposOf} from '../../coordinator/reader/index.ts';
import {absolutePath, systemClock} from '../../platform/index.ts';

/**
 * By its id, its path, or the end of its path. Throws `NO_MATCH` and `AMBIGUOUS`; a repository whose database cannot be used is
 * known by its id only.
 */
export function whichRepo(state: string | undefined, text: string): RepoId {
  const repos = state === undefined ? [] : reposOf(state);
  const byId = parseRepoId(text);
  if (byId !== undefined && repos.includes(byId)) return byId;
  const places = repos.map(repo => ({repo, place: placeOf(state ?? '', repo)}));
  const path = absolutePath(text);
  const exact = places.filter(({place}) => place === path);
  const found = exact.length > 0 ? exact : places.filter(({place}) => place?.endsWith(`/${text}`));
  const [first, ...others] = found;
  if (first === undefined)
    throw new StintError('NO_MATCH', `No jobs of a repository ${text} are known.`, {
      hint: 'Give its path or its id. Run: stint doctor   (it names all repositories)',
    });
  if (others.length === 0) return first.repo;
  const lines = found.map(({repo, place}) => `${repo}   ${place}`);
  throw new StintError('AMBIGUOUS', `${text} means more than one repository.`, {
    hint: ['Use one of:', ...lines].join('\n'),
  });
}

/** Its directory; undefined where nobody can tell. */
function placeOf(state: string, repo: RepoId): string | undefined {
  try {
    const reader = JobReader.open(state, repo, systemClock);
    try {
      return reader?.place?.replace(/\/\.git$/, '');
    } finally {
      reader?.close();
    }
  } catch {
    return undefined; // doctor says why
  }
}
