import {insideQuotes} from '../base/index.ts';
import {SECRET_BY_PLACE, type SecretPattern, type SecretSpan} from './secret-pattern.ts';

const SHORTEST = 4;

/** Finds given secrets wherever they stand, also as JSON, JSON within JSON, a line of shell or a URL writes them. */
export function givenSecrets(secrets: readonly string[]): SecretPattern {
  const forms = [...new Set(secrets)].filter(secret => secret.length >= SHORTEST).flatMap(formsOf);
  return {kind: SECRET_BY_PLACE, pattern: text => occurrences(text, forms)};
}

type Form = readonly [form: string, secret: string];

function formsOf(secret: string): Form[] {
  const json = inJson(secret);
  const ascii = json.replace(/[^ -~]/g, char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const forms = [
    secret,
    json,
    inJson(json),
    ascii,
    inJson(ascii),
    json.replaceAll('/', '\\/'),
    insideQuotes(secret),
    inUrl(secret),
  ];
  return [...new Set(forms)].map(form => [form, secret]);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As it stands between single quotes. */
function inUrl(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

function* occurrences(text: string, forms: readonly Form[]): Iterable<SecretSpan> {
  for (const [form, secret] of forms) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + form.length))
      yield {start: at, end: at + form.length, secret};
  }
}
