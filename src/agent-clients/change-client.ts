/**
 * Writes into the configuration of a client that stint's server is to be started, or takes that out. Two at once lose nothing: of
 * stint one works at a time, and a file that the client itself has changed meanwhile is read anew. Order of what is done: read,
 * decide, write beside it, look whether it is still what was read, rename.
 */
import {isUtf8} from 'node:buffer';
import {accessSync, constants} from 'node:fs';
import {dirname, join} from 'node:path';

import {codeOf, isObject, messageOf, type StintError} from '../base/index.ts';
import {
  currentUmask,
  diskFull,
  fileReason,
  isDiskFull,
  makeDirectories,
  openStateDirectory,
  PRIVATE_DIRECTORY,
  PRIVATE_FILE,
} from '../platform/index.ts';
import {acquireOsLock} from '../store/index.ts';
import {changedLines} from './changed-lines.ts';
import {CLIENTS, type Client, type ClientName} from './clients.ts';
import {filesOf, isHere, missing} from './configuration-files.ts';
import {type Documents, Unreadable} from './documents/document.ts';
import {JSON_DOCUMENTS} from './documents/json-document.ts';
import {TOML_DOCUMENTS} from './documents/toml-document.ts';
import {type Entry, type Standing, standingOf} from './entry.ts';
import {type OthersFile, readOthersFile, replaceOthersFile} from './others-file.ts';
import {ownStart, SHARED_START} from './own-start.ts';
import {refused} from './refused.ts';

export interface Wish {
  readonly client: ClientName;
  readonly wanted: 'there' | 'gone';
  /** The directory of a project whose file is meant; undefined: the one for all projects. */
  readonly project: string | undefined;
  /** Also over an entry that is another's, and for a client that is not here. */
  readonly force: boolean;
  /** Nothing is written. */
  readonly dryRun: boolean;
}

export interface Change {
  /** As it is named; what is changed may be what a link there leads to. */
  readonly path: string;
  /** `kept`: it is there, and starts stint otherwise; `same`, `none`: nothing is to be done. */
  readonly action: 'added' | 'replaced' | 'removed' | 'same' | 'kept' | 'none';
  /** As `diff -U0` has it; empty where nothing is to be done. */
  readonly diff: string;
}

/** Throws `CLIENT_CONFIG` where nothing can, or should, be written: then nothing was. */
export function changeClient(wish: Wish): Change {
  const client = CLIENTS[wish.client];
  const target = {wish, client, entry: client.entry(wish.project === undefined ? ownStart() : SHARED_START)};
  const {change, file} = look(target);
  if (change.diff === '' || wish.dryRun) return change;
  refuseWhereNothingCanBeWritten(change.path, file.path, wish);
  const lock = acquireOsLock(join(openStateDirectory(), 'clients.lock'), PATIENCE_MS);
  if (lock === undefined) throw refused(`${change.path} is being changed by another stint.`, 'Try again.');
  try {
    return carryOut(target);
  } finally {
    lock.release();
  }
}

const PATIENCE_MS = 10_000;
/** Of a client that writes all the time. */
const MOST_TRIES = 20;

interface Target {
  readonly wish: Wish;
  readonly client: Client;
  readonly entry: Entry;
}

interface Look {
  readonly file: OthersFile;
  readonly after: string;
  readonly change: Change;
}

function carryOut(target: Target): Change {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const {file, after, change} = look(target);
    if (change.diff === '') return change;
    const newMode = target.wish.project === undefined ? PRIVATE_FILE : 0o666 & ~currentUmask();
    if (writing(change.path, () => replaceOthersFile(file, after, newMode))) return change;
  }
  throw refused('Its client writes that file all the time.', 'Quit the client, and try again.');
}

function look({wish, client, entry}: Target): Look {
  const documents = client.language === 'toml' ? TOML_DOCUMENTS : JSON_DOCUMENTS;
  const candidates = filesOf(client, wish.project).map(path => ({path, ...reading(path, documents, client)}));
  const there = candidates.filter(({file}) => file.bytes !== undefined);
  const chosen = there.find(({found}) => found !== undefined) ?? there[0] ?? candidates[0];
  if (chosen === undefined) throw new Error('a client without files');
  const isAsked = wish.force || wish.project !== undefined || wish.wanted === 'gone';
  if (there.length === 0 && !isAsked && !isHere(client)) throw missing(client);
  const {path, file, text, found} = chosen;
  const standing = standingOf(found, entry);
  if (standing === 'strange' && !wish.force) throw strangeEntry(path, found);
  const action = actionFor(wish, standing);
  const after = explained(path, () => {
    if (action === 'removed') return documents.remove(text, client.place);
    return action === 'added' || action === 'replaced' ? documents.put(text, client.place, entry) : text;
  });
  const before = file.bytes === undefined ? undefined : text;
  const diff = text === after ? '' : changedLines(path, before, after);
  return {file, after, change: {path, action, diff}};
}

function actionFor({wanted, force}: Wish, standing: Standing): Change['action'] {
  if (wanted === 'gone') return standing === 'none' ? 'none' : 'removed';
  if (standing === 'none') return 'added';
  if (standing === 'same') return 'same';
  return force ? 'replaced' : 'kept';
}

function reading(
  path: string,
  documents: Documents,
  {place}: Client,
): {file: OthersFile; text: string; found: unknown} {
  return explained(path, () => {
    const file = readOthersFile(path);
    if (file.bytes !== undefined && !isUtf8(file.bytes)) throw new Unreadable('is not UTF-8');
    const text = file.bytes?.toString('utf8') ?? '';
    return {file, text, found: documents.read(text, place)};
  });
}

function explained<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof Unreadable)
      throw refused(`${path} ${messageOf(error)}. Nothing was changed.`, BY_HAND, error);
    throw refused(`${path} cannot be read: ${fileReason(error)}. Nothing was changed.`, BY_HAND, error);
  }
}

const BY_HAND = 'Mend that, or write the entry by hand: docs/agents.md has it for each client.';

/** Only its command is told: the rest may hold a secret. */
function strangeEntry(path: string, found: unknown): StintError {
  const command =
    isObject(found) && found.command !== undefined ? ` (its command: ${[found.command].flat()[0]})` : '';
  return refused(
    `${path} has another entry called stint, which does not start stint${command}. Nothing was changed.`,
    'Rename that one, or say --force.',
  );
}

/** Makes the directory where the client is here, or somebody asked for it. */
function refuseWhereNothingCanBeWritten(path: string, real: string, {project}: Wish): void {
  writing(path, () => {
    makeDirectories(dirname(real), project === undefined ? PRIVATE_DIRECTORY : undefined);
    accessSync(dirname(real), constants.W_OK | constants.X_OK);
  });
}

function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (isDiskFull(codeOf(error)))
      throw diskFull(`There is no room for ${path}. Nothing was changed.`, error);
    throw refused(`${path} cannot be written: ${fileReason(error)}. Nothing was changed.`, undefined, error);
  }
}
