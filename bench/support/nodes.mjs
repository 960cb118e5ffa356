/** The Nodes that are compared: one with a SQLite of its own, one with the package better-sqlite3. */
import {join} from 'node:path';

import {directoryOf} from '../../scripts/on-node.mjs';

/** Each with the name of its driver, for the table. Those that are not at hand are installed. */
export const NODES = [
  {major: 20, driver: 'better-sqlite3'},
  {major: 26, driver: 'node:sqlite'},
].map(({major, driver}) => ({
  major,
  title: `${driver}, Node ${major}`,
  get program() {
    return join(directoryOf(major), 'node');
  },
}));
