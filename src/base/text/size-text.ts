import prettyBytes from 'pretty-bytes';

/** So many bytes, for people. */
export function sizeText(bytes: number): string {
  return prettyBytes(bytes, {binary: true});
}
