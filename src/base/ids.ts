/** Ids of an invocation: 12 lower-case hex digits, unique in a state directory. */
export type InvocationId = string & {readonly brand: 'InvocationId'};
/** Id of a repository's scope: 16 lower-case hex digits. */
export type RepoId = string & {readonly brand: 'RepoId'};

const INVOCATION_ID = /^[0-9a-f]{12}$/;
const REPO_ID = /^[0-9a-f]{16}$/;

export function parseInvocationId(text: string): InvocationId | undefined {
  return INVOCATION_ID.test(text) ? (text as InvocationId) : undefined;
}

export function parseRepoId(text: string): RepoId | undefined {
  return REPO_ID.test(text) ? (text as RepoId) : undefined;
}

/** Which attempt of which job: what every row, file and request is about. */
export interface JobKey {
  readonly repo: RepoId;
  readonly invocation: InvocationId;
  readonly name: string;
  /** From 1. */
  readonly attempt: number;
}

/** A key as one string, for maps. */
export function keyText(key: JobKey): string {
  return `${key.repo}/${key.invocation}/${key.attempt}/${key.name}`;
}
