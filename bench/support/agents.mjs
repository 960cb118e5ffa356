/**
 * Agents that do a chore by a script, and what it costs them: the bytes of each call and of all that comes back, of which four
 * are a token. One has `stint mcp`, the other a shell with nohup, as agents are told to use it today.
 */
import {spawn} from 'node:child_process';
import {setTimeout as delay} from 'node:timers/promises';

/** Of what a command prints a harness shows so much. */
const MOST_SHOWN = 30_000;

class Ledger {
  calls = 0;
  bytes = 0;

  count(asked, answered) {
    this.calls += 1;
    this.bytes += Buffer.byteLength(JSON.stringify(asked)) + Buffer.byteLength(answered);
  }

  get tokens() {
    return Math.round(this.bytes / 4);
  }
}

/** Pays for text and structured content, both. */
export class McpAgent extends Ledger {
  #server;

  constructor(server) {
    super();
    this.#server = server;
  }

  async call(name, args) {
    const {content, structuredContent = {}} = await this.#server.call(name, args);
    this.count({name, args}, content.map(({text}) => text).join('\n') + JSON.stringify(structuredContent));
    return structuredContent;
  }
}

export class ShellAgent extends Ledger {
  #cwd;

  constructor(cwd) {
    super();
    this.#cwd = cwd;
  }

  async sh(command) {
    const child = spawn('/bin/bash', ['-c', command], {cwd: this.#cwd, stdio: ['ignore', 'pipe', 'pipe']});
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', more => {
        text += more;
      });
    await new Promise(resolve => child.once('close', resolve));
    this.count({name: 'bash', args: {command}}, text.slice(0, MOST_SHOWN));
    return text;
  }

  /** In the background, with its code in a file, as one has to. */
  async start(name, command) {
    return this.sh(
      `nohup sh -c ${quoted(`${command}; echo $? > ${name}.code`)} > ${name}.log 2>&1 & echo "pid $!"`,
    );
  }

  /** Looks again and again until it holds; a second of a chore stands for a minute, so this is every 15 seconds. */
  async poll(command, holds) {
    for (;;) {
      const text = await this.sh(command);
      if (holds(text)) return text;
      await delay(250);
    }
  }
}

function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
