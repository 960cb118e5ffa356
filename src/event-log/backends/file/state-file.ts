/**
 * What a topic's entries cannot tell: `state.json`, written at its creation, at the start of a chain and at compaction,
 * always as a new file in the place of the old one. The file that was read is held open, because an inode that is open is
 * given to no other file: as long as the name leads to it, nothing has changed.
 */
import {closeSync, constants, fstatSync, readFileSync, statSync} from 'node:fs';

import {hasCode, isCount} from '../../../base/index.ts';
import {openPrivate} from '../../../platform/index.ts';
import {damaged} from './damage.ts';
import type {DiskCalls} from './disk-calls.ts';
import {replaceFile} from './replace-durably.ts';

export interface KeptState {
  readonly topic: string;
  /** Entries before it are compacted away, also where they still stand in a segment. */
  readonly first: number;
  /** The newest id when this was written: there may be newer entries, or none any more. */
  readonly head: number;
  /** Where the chain goes on from. */
  readonly anchor: Anchor | undefined;
}

export interface Anchor {
  readonly id: number;
  readonly hash: string;
}

export class StateFile {
  readonly #path: string;
  readonly #topic: string;
  readonly #disk: DiskCalls;
  #read: {readonly fd: number; readonly ino: number; readonly state: KeptState} | undefined;

  constructor(path: string, topic: string, disk: DiskCalls) {
    this.#path = path;
    this.#topic = topic;
    this.#disk = disk;
  }

  /** The very same object as long as nobody has written it anew; undefined where there is no such topic. */
  get(): KeptState | undefined {
    const ino = statSync(this.#path, {throwIfNoEntry: false})?.ino;
    if (this.#read !== undefined && this.#read.ino === ino) return this.#read.state;
    this.close();
    if (ino !== undefined) this.#open();
    return this.#read?.state;
  }

  /** Returns when it is on the disk. Only for whoever holds the topic's lock. */
  set({topic, first, head, anchor}: KeptState): void {
    const chain = anchor === undefined ? {} : {chain: {anchor_id: anchor.id, anchor_hash: anchor.hash}};
    const text = `${JSON.stringify({topic, first, head, ...chain})}\n`;
    replaceFile(this.#path, text, true, this.#disk);
  }

  close(): void {
    if (this.#read !== undefined) closeSync(this.#read.fd);
    this.#read = undefined;
  }

  #open(): void {
    let fd: number;
    try {
      fd = openPrivate(this.#path, constants.O_RDONLY);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return; // removed this moment
      throw error;
    }
    try {
      this.#read = {fd, ino: fstatSync(fd).ino, state: this.#parsed(readFileSync(fd, 'utf8'))};
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  #parsed(text: string): KeptState {
    const state = parseState(text);
    if (state === undefined) throw damaged(this.#path, 'it is not the state of a topic');
    if (state.topic !== this.#topic) {
      throw damaged(this.#path, `it belongs to the topic ${state.topic}, not to ${this.#topic}`);
    }
    return state;
  }
}

/** Undefined for a text that is no state. */
export function parseState(text: string): KeptState | undefined {
  try {
    const {topic, first, head, chain} = JSON.parse(text) as {[key: string]: unknown};
    if (typeof topic !== 'string' || !isCount(head) || !isCount(first)) return undefined;
    if (chain === undefined) return {topic, first, head, anchor: undefined};
    const {anchor_id: id, anchor_hash: hash} = chain as {[key: string]: unknown};
    return isCount(id) && typeof hash === 'string' ? {topic, first, head, anchor: {id, hash}} : undefined;
  } catch {
    return undefined; // no JSON, or null
  }
}
