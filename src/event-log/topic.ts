/** Names of topics and consumers. */
import {StintError, wellFormed} from '../base/index.ts';

const TOPIC = /^[A-Za-z0-9._-]+$/;

/** Throws `USAGE` for what cannot be a topic. */
export function checkTopic(topic: string): void {
  if (typeof topic !== 'string' || !TOPIC.test(topic)) {
    throw new StintError('USAGE', `${JSON.stringify(topic)} cannot be a topic.`, {
      hint: 'A topic has at least one of the characters A-Z a-z 0-9 . _ - and no others.',
    });
  }
}

/** Throws `USAGE` for what cannot be a consumer's name. */
export function checkConsumer(consumer: string): void {
  if (typeof consumer !== 'string' || consumer.trim() === '') {
    throw new StintError('USAGE', `${JSON.stringify(consumer)} cannot be a consumer: it is blank.`);
  }
  if (wellFormed(consumer) !== consumer) {
    throw new StintError(
      'USAGE',
      `${JSON.stringify(consumer)} cannot be a consumer: it has half a character.`,
    );
  }
}
