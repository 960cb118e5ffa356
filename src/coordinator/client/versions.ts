/** Compares two versions `major.minor.patch[-prerelease]`: negative when `a` is older, 0 when they are the same. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (let at = 0; at < 3; at++) {
    const difference = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.prerelease === right.prerelease) return 0;
  if (left.prerelease === '') return 1;
  if (right.prerelease === '') return -1;
  return left.prerelease < right.prerelease ? -1 : 1;
}

function parts(version: string): {numbers: number[]; prerelease: string} {
  const [release = '', ...prerelease] = version.split('-');
  return {numbers: release.split('.').map(Number), prerelease: prerelease.join('-')};
}
