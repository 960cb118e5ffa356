/** Three ways to get events into a file. Each has `write(event)`, and `end()`, after which all of it is in the file. */
import {closeSync, openSync, writeSync} from 'node:fs';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';

import {openJsonlSink} from 'stint/agent-events';

const PIECE = 64 * 1024;

export const WRITERS = {sink, floor, pino};

function sink(path) {
  const opened = openJsonlSink({path});
  return {
    write: event => opened.handleEvent(event),
    end: () => {
      const {dropped} = opened.health();
      opened.close();
      if (dropped > 0) throw new Error(`${dropped} events were dropped`);
    },
  };
}

/** The least that can be done: no envelope, no number, no time. */
function floor(path) {
  const file = openSync(path, 'a');
  let text = '';
  return {
    write: event => {
      text += `${JSON.stringify(event)}\n`;
      if (text.length < PIECE) return;
      writeSync(file, text);
      text = '';
    },
    end: () => {
      writeSync(file, text);
      closeSync(file);
    },
  };
}

/** With the time and the level that it writes by default. */
async function pino(path, installedAt) {
  const {default: make} = await import(pathToFileURL(join(installedAt, 'pino.js')));
  const destination = make.destination({dest: path, sync: true, minLength: 4096});
  const logger = make(destination);
  return {write: event => logger.info(event), end: () => destination.flushSync()};
}
