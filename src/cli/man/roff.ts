/** Texts as the macros of man(7) take them. */

/** A text in the flow: what it holds is shown as it is, whatever roff would make of it. */
export function flowing(text: string): string {
  const lines = [''];
  for (const word of text.split(/\s+/).map(inRoff)) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + word.length >= WIDTH) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map(guarded).join('\n');
}

/** Of a line in the file, whatever the terminal's is. */
const WIDTH = 79;

/** Lines that stay as they are. */
export function verbatim(text: string): string {
  return `.nf\n${text
    .split('\n')
    .map(line => guarded(inRoff(line)))
    .join('\n')}\n.fi`;
}

/** A macro with one argument. */
export function macro(name: string, argument: string): string {
  return `.${name} "${inRoff(argument).replaceAll('"', '\\(dq')}"`;
}

export function bold(text: string): string {
  return `\\fB${inRoff(text)}\\fR`;
}

/** Hyphens that can be copied, and no character that an old terminal has not. */
function inRoff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/['`^~]/g, character => `\\(${NAMES[character]}`)
    .replace(/[^\0-\x7f]/gu, character => {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      return `\\[u${code}]`;
    });
}

/** Of what is typeset as another character. */
const NAMES: Readonly<Record<string, string>> = {"'": 'aq', '`': 'ga', '^': 'ha', '~': 'ti'};

/** A dot at the beginning of a line would be a macro. */
function guarded(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}
