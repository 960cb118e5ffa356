/** Whether a text can name a group: it stands in settings, in lists and on command lines. */
export function isGroupName(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
}
