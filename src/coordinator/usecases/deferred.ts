/** Something that happens once, as a promise. */
export interface Signal {
  readonly promise: Promise<void>;
  readonly happened: () => void;
}

export function signal(): Signal {
  let happened: () => void = () => undefined;
  const promise = new Promise<void>(resolve => {
    happened = resolve;
  });
  return {promise, happened};
}
