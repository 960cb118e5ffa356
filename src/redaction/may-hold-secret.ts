/**
 * A cheap test before all others: nearly every text has nothing of what a known secret has. Each expression looks for few
 * characters, so that the engine skips all others, and then at what is around them.
 */
const MARKS: readonly RegExp[] = [
  /[-_](?<=gh[oprsu]_|github_pat_|gl[a-z]{2,5}-|xox[a-eo-s]-|xapp-|k_(?:live|test)_|whsec_|sk-|GOCSPX-|npm_|pypi-|hf_|-----)/,
  /AKIA|ASIA|ABIA|ACCA|AIza|eyJ/,
  /[tT]wilio|TWILIO|earer |ya29\.|hooks\.slack/,
  /ecret[ _-]?(?:[aA]ccess[ _-]?)?[kK]ey|ECRET[ _-]?(?:ACCESS[ _-]?)?KEY/,
];

/** Behind a colon or an equals sign: a password in a URL, and values that a name tells of. */
const PLACES =
  '(?<=:)(?=//[^\\s/@]{1,520}@)|(?<=uthorization\\s{0,3}[:=]|-(?:key|token)\\s{0,3}:|_(?:TOKEN|SECRET|KEY|PASSWORD)=|AccountKey=|AccessKey=)';

/** Whether a text may hold a secret of a known form, or one under a key that ends like one of these (regular expressions). */
export function secretTest(keyEndings: readonly string[]): (text: string) => boolean {
  const keyed = `(?<=(?:${[...keyEndings, 'value'].join('|')})\\\\{0,15}["']\\s{0,8}:)`;
  const marks = [...MARKS, new RegExp(`[:=](?:${PLACES}|${keyed})`, 'i')];
  return text => marks.some(mark => mark.test(text));
}
