/** The TypeScript files of this package, for the checks. */
import {readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';

import ts from 'typescript';

export const ROOT = dirname(import.meta.dirname);

/** Every .ts file under src as `{file, text, lines, isTest}`; `file` is relative to the package; a folder `testing` holds what tests need. */
export function readSources() {
  return readdirSync(join(ROOT, 'src'), {recursive: true})
    .filter(name => name.endsWith('.ts'))
    .sort()
    .map(name => {
      const text = readFileSync(join(ROOT, 'src', name), 'utf8');
      const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
      return {file: `src/${name}`, text, lines, isTest: /[.]test[.]ts$|[/]testing[/]/.test(name)};
    });
}

/** Calls `visit(node, line)` for every node of the file, parents first. */
export function walk({file, text}, visit) {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const into = node => {
    visit(node, tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1);
    ts.forEachChild(node, into);
  };
  into(tree);
}

/** Prints the findings and sets the exit code; `{file, line?, what, remedy}` each. */
export function report(title, findings) {
  for (const {file, line, what, remedy} of findings) {
    console.error(`${file}${line === undefined ? '' : `:${line}`}: ${what}\n    ${remedy}`);
  }
  if (findings.length === 0) return;
  console.error(`${title}: ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`);
  process.exitCode = 1;
}
