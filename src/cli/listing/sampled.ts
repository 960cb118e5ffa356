/** Of a job that was submitted with `--sample`: its log lacks lines, and who reads it has to know. */
import {visible} from '../output/visible.ts';
import {say} from '../output/write.ts';

/** Undefined when every line is recorded. */
export function sampledText(sampleEvery: number): string | undefined {
  return sampleEvery > 1 ? `one line in ${sampleEvery} is recorded (--sample ${sampleEvery})` : undefined;
}

/** Says it on stderr. */
export function saySampled(name: string, sampleEvery: number): void {
  const text = sampledText(sampleEvery);
  if (text !== undefined) say(`${visible(name)}: of its output only ${text}`);
}
