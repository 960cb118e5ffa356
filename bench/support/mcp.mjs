/** A server of `stint mcp`, asked as a client of 2025 asks it. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';

import {BIN} from './stint.mjs';

export const INITIALIZE = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: {name: 'bench', version: '1'},
};

export class McpServer {
  #next = 1;
  #rest = '';
  #waiting = new Map();

  constructor({cwd, state, env = process.env, args = []}) {
    this.process = spawn(process.execPath, [BIN, 'mcp', ...args], {
      cwd,
      env: {...env, STINT_STATE_DIR: state},
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.process.stdout.setEncoding('utf8').on('data', text => this.#take(text));
  }

  /** Resolves with the result. */
  ask(method, params = {}) {
    const id = this.#next++;
    this.process.stdin.write(`${JSON.stringify({jsonrpc: '2.0', id, method, params})}\n`);
    return new Promise((resolve, reject) => this.#waiting.set(id, {resolve, reject}));
  }

  call(name, args) {
    return this.ask('tools/call', {name, arguments: args});
  }

  async open() {
    await this.ask('initialize', INITIALIZE);
    return this;
  }

  async close() {
    this.process.stdin.end();
    if (this.process.exitCode === null) await once(this.process, 'exit');
  }

  #take(text) {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop();
    for (const line of lines) {
      const {id, result, error} = JSON.parse(line);
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error !== undefined) waiting?.reject(new Error(error.message));
      else waiting?.resolve(result);
    }
  }
}
