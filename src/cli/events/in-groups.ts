import {setImmediate} from 'node:timers/promises';

/** What comes without a pause, together: each group at most so large. One that comes alone is a group at once. */
export async function* inGroups<T>(
  values: AsyncIterator<T>,
  most: number,
): AsyncGenerator<T[], void, undefined> {
  const ask = () => {
    const asked = values.next();
    asked.catch(() => undefined); // it is awaited, but perhaps only after the group before it was dealt with
    return asked;
  };
  let next = ask();
  for (;;) {
    const first = await next;
    if (first.done) return;
    const group = [first.value];
    next = ask();
    const pause = setImmediate(undefined);
    while (group.length < most) {
      const more = await Promise.race([next.catch(() => undefined), pause]); // an error comes behind this group
      if (more === undefined || more.done) break;
      group.push(more.value);
      next = ask();
    }
    yield group;
  }
}
