/** What a secret looks like, or where it stands. */
export interface SecretPattern {
  /** Stands in the placeholder: lower-case letters, digits and dashes. */
  readonly kind: string;
  /** A text that holds none of these is not searched. Without it every text is. */
  readonly hints?: readonly string[];
  /**
   * The group named `secret` is the secret, or all that it matches. It must take linear time on any text, so what repeats
   * without a bound begins at one place of a run only. A function yields spans in the order in which they begin.
   */
  readonly pattern: RegExp | ((text: string) => Iterable<SecretSpan>);
}

/** A part of a text, in UTF-16 code units. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  /** The secret itself where the text has it in another form, such as with escapes; equal ones get equal placeholders. */
  readonly secret?: string;
}

/** Of secrets that only their place tells. There is one for all places, so that equal ones stay equal. */
export const SECRET_BY_PLACE = 'secret';
