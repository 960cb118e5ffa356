/** What is said of a job that ended by itself while it was being ended for a reason of ours. */

/** With the reason, which so is not lost. */
export function endedAnyway(reason: string): string {
  return `${HEAD}${reason})`;
}

/** The reason in such a message; undefined where it is another one. */
export function reasonOfEnding(message: string | undefined): string | undefined {
  return message?.startsWith(HEAD) ? message.slice(HEAD.length, -1) : undefined;
}

const HEAD = 'it was being ended (';
