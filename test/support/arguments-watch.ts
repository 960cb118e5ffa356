/** Looks again and again at the arguments of every process, as any user of the machine can. */
import {spawn} from 'node:child_process';
import {once} from 'node:events';

export interface SeenArguments {
  /** How often all processes were looked at. */
  readonly rounds: number;
  /** The arguments, of any process, that held the text; each once. */
  readonly found: readonly string[];
  /** Whether a process with the other text was seen. */
  readonly sawControl: boolean;
}

export interface ArgumentsWatch {
  end(): Promise<SeenArguments>;
}

/** Resolves once it looks. `text` is looked for as bytes of latin1; a process with `control` shows that it would be found. */
export async function watchArguments(text: string, control: string): Promise<ArgumentsWatch> {
  const child = spawn(process.execPath, ['-e', LOOK], {
    env: {WANTED: text, CONTROL: control},
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let told = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    told += piece;
  });
  await once(child.stdout, 'data');
  return {
    end: async () => {
      child.stdin.end();
      await once(child, 'close');
      return JSON.parse(told.slice(told.indexOf('\n'))) as SeenArguments;
    },
  };
}

const LOOK = `
const {readdirSync, readFileSync} = require('node:fs');
const found = new Set();
let sawControl = false, rounds = 0, isOver = false;
function look() {
  for (const name of readdirSync('/proc')) {
    if (name < '0' || name > ':' || Number(name) === process.pid) continue;
    try {
      const text = readFileSync('/proc/' + name + '/cmdline', 'latin1');
      if (text.includes(process.env.WANTED)) found.add(text);
      sawControl ||= text.includes(process.env.CONTROL);
    } catch {} // it has ended
  }
  rounds += 1;
  if (rounds === 1) console.log('looking');
  if (isOver) console.log(JSON.stringify({rounds, found: [...found], sawControl}));
  else setImmediate(look);
}
process.stdin.on('end', () => { isOver = true; }).resume();
look();
`;
