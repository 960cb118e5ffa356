/** The part of the layout check that knows who may say `process.env`, `Date.now` and the like (tests may). */
import ts from 'typescript';

import {walk} from './sources.mjs';

/** `words`: word → folders and files that may say it; a word ending in a dot stands for every member. */
export function checkWords(sources, words) {
  const findings = [];
  for (const source of sources) {
    const banned = Object.keys(words).filter(
      word => !source.isTest && !words[word].some(place => covers(place, source.file)),
    );
    if (banned.length === 0) continue;
    walk(source, (node, line) => {
      for (const said of wordsOf(node)) {
        const word = banned.find(banned =>
          banned.endsWith('.') ? said.startsWith(banned) : said === banned,
        );
        if (word !== undefined)
          findings.push({
            file: source.file,
            line,
            what: `says ${said}.`,
            remedy: remedyFor(word, words[word]),
          });
      }
    });
  }
  return findings;
}

function covers(place, file) {
  return place.endsWith('.ts') ? file === `src/${place}` : file.startsWith(`src/${place}/`);
}

/** `a.b`, `a['b']`, `const {b} = a` are all the word `a.b`; `new A()` is the word `new A()`. */
function wordsOf(node) {
  if (ts.isPropertyAccessExpression(node)) return [`${nameOf(node.expression)}.${node.name.text}`];
  if (ts.isElementAccessExpression(node) && ts.isStringLiteralLike(node.argumentExpression)) {
    return [`${nameOf(node.expression)}.${node.argumentExpression.text}`];
  }
  if (
    ts.isVariableDeclaration(node) &&
    ts.isObjectBindingPattern(node.name) &&
    node.initializer !== undefined
  ) {
    const from = nameOf(node.initializer);
    return node.name.elements.map(element => `${from}.${(element.propertyName ?? element.name).getText()}`);
  }
  if (ts.isNewExpression(node) && (node.arguments?.length ?? 0) === 0)
    return [`new ${nameOf(node.expression)}()`];
  return [];
}

function nameOf(expression) {
  return expression.getText().replace(/^globalThis[.]/, '');
}

function remedyFor(word, places) {
  return `Only ${places.join(', ')} may say ${word}: take what it gives as an argument, or ask that code.`;
}
