/** A coordinator whose wall clock a test sets. Its monotonic clock and everybody else's clocks go on. */
import {spawn} from 'node:child_process';
import {writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {type Sandbox, STINT, until} from './sandbox.ts';

export class OwnClock {
  readonly #sandbox: Sandbox;
  readonly #offset: string;
  readonly #preload: string;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.#offset = join(sandbox.root, 'clock-offset');
    this.#preload = join(sandbox.root, 'own-clock.cjs');
    writeFileSync(this.#preload, preloadText(this.#offset));
    this.set(0);
  }

  /** How far it is from the true time, in milliseconds; at once. */
  set(offsetMs: number): void {
    writeFileSync(this.#offset, String(offsetMs));
  }

  /** Starts a coordinator that has this clock; resolves when it serves. */
  async startCoordinator(env: NodeJS.ProcessEnv = {}): Promise<void> {
    const entry = join(STINT, '..', '..', 'dist', 'cli', 'coordinator-entry.cjs');
    const {pid} = spawn(process.execPath, ['--require', this.#preload, entry, this.#sandbox.state], {
      env: {...this.#sandbox.environment(), ...env},
      stdio: 'ignore',
    });
    await until(async () => (await this.#sandbox.coordinatorPid()) === pid);
  }
}

function preloadText(offset: string): string {
  return `const {readFileSync} = require('node:fs');
const now = Date.now;
Date.now = () => now() + Number(readFileSync(${JSON.stringify(offset)}, 'utf8'));
`;
}
