import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

import {afterEach, beforeEach, describe, expect, it} from 'vitest';

const DEMO = join(import.meta.dirname, '..', '..', 'scripts', 'demo.mjs');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'stint-'));
});
afterEach(() => rmSync(directory, {recursive: true, force: true}));

describe('npm run demo', () => {
  it('kills the coordinator in the middle, loses nothing, and leaves nothing behind', async () => {
    const demo = startDemo();
    const [text, code] = await Promise.all([textOf(demo), codeOf(demo)]);
    expect(text).toContain('Nothing was lost.');
    expect(code).toBe(0);
    const [, killed, now] = /killed: (\d+), now: (\d+)/.exec(text) ?? [];
    expect(text).toContain(`$ kill -9 ${killed}\n`);
    expect(now).not.toBe(killed);
    expect(leftBehind()).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('ends all that it started at %s', async signal => {
    const demo = startDemo();
    const ended = codeOf(demo);
    await seen(demo, '$ kill -9');
    demo.kill(signal);
    expect(await ended).toBe(1);
    expect(leftBehind()).toEqual([]);
  });

  it('ends all that it started when its reader leaves', async () => {
    const demo = startDemo();
    const ended = codeOf(demo);
    await seen(demo, 'helper');
    demo.stdout?.destroy();
    expect(await ended).toBe(1);
    expect(leftBehind()).toEqual([]);
  });
});

function startDemo(): ChildProcess {
  return spawn(process.execPath, [DEMO], {
    env: {...process.env, TMPDIR: directory},
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function codeOf(demo: ChildProcess): Promise<number | null> {
  const [code] = (await once(demo, 'exit')) as [number | null];
  return code;
}

async function textOf(demo: ChildProcess): Promise<string> {
  let text = '';
  for await (const piece of demo.stdout ?? []) text += piece;
  return text;
}

/** Resolves when the demo has printed this. */
function seen(demo: ChildProcess, wanted: string): Promise<void> {
  return new Promise(resolve => {
    let text = '';
    demo.stdout?.on('data', (piece: Buffer) => {
      text += piece;
      if (text.includes(wanted)) resolve();
    });
  });
}

/** Its files, and every process that knows of them by its environment. */
function leftBehind(): string[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
  return [...readdirSync(directory), ...pids.filter(pid => environmentOf(pid).includes(`=${directory}/`))];
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // gone, or of another user
  }
}
