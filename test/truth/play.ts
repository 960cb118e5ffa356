/** Plays situations, several at once, and says of each whether what stint tells is right. */
import {Sandbox} from '../support/sandbox.ts';
import {judgeAlways} from './always.ts';
import {ask} from './answers.ts';
import {type Fault, faultText, judge, type Verdict, verdictOf} from './judge.ts';
import {type Situation, STALLS_SOON} from './situation.ts';
import {Stage} from './stage.ts';

export interface Outcome {
  readonly verdict: Verdict;
  /** Each in words. */
  readonly faults: readonly string[];
}

/** So many are played at once. */
const AT_ONCE = 6;
/** A status record is in the log before the row tells it, so who is not answered rightly asks again: so often in all. */
const ASKED = 2;

export class Theatre {
  readonly #shared = new Sandbox();
  readonly #own: Sandbox[] = [];
  readonly #waiting: (() => Promise<void>)[] = [];
  #playing = 0;
  #played = 0;

  /** Begins as soon as there is room. Rejects when the situation did not come about. */
  play(situation: Situation): Promise<Outcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => this.#play(situation).then(resolve, reject));
      this.#next();
    });
  }

  async dispose(): Promise<void> {
    await Promise.all([this.#shared, ...this.#own].map(sandbox => sandbox.dispose()));
  }

  #next(): void {
    if (this.#playing >= AT_ONCE) return;
    const play = this.#waiting.shift();
    if (play === undefined) return;
    this.#playing += 1;
    void play().finally(() => {
      this.#playing -= 1;
      this.#next();
    });
  }

  async #play(situation: Situation): Promise<Outcome> {
    this.#played += 1;
    const stage = new Stage(this.#sandboxOf(situation), String(this.#played));
    await situation.before?.(stage);
    try {
      await stage.submit(situation.command, situation.options ?? STALLS_SOON);
      await (situation.when === undefined ? stage.marked() : situation.when(stage));
      return await outcomeOf(stage, situation);
    } finally {
      stage.clear();
    }
  }

  #sandboxOf({alone}: Situation): Sandbox {
    if (!alone) return this.#shared;
    const sandbox = new Sandbox();
    this.#own.push(sandbox);
    return sandbox;
  }
}

async function outcomeOf(stage: Stage, situation: Situation): Promise<Outcome> {
  let faults: readonly Fault[] = [];
  for (let time = 0; time < ASKED; time++) {
    faults = await faultsOf(stage, situation);
    if (faults.length === 0) break;
  }
  return {verdict: verdictOf(faults), faults: faults.map(faultText)};
}

async function faultsOf(stage: Stage, {truth}: Situation): Promise<Fault[]> {
  const answers = await ask(stage);
  const wanted = typeof truth === 'function' ? truth(stage) : truth;
  return [...judge(answers, wanted), ...judgeAlways(answers, {from: stage.begunAt, to: Date.now()})];
}
