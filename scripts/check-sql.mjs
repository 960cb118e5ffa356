/**
 * Part of `npm run lint`: SQL text is constant. A statement put together from pieces is where injections and wrong
 * quoting come from; values are bound, and a list of values goes through `json_each(?)`.
 *
 * Looks at what is given to `.prepare(`, `.exec(` and `.pragma(`, and at every text that begins like a statement.
 */
import ts from 'typescript';

import {readSources, report, walk} from './sources.mjs';

const KEYWORD =
  /^(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|PRAGMA|BEGIN|ATTACH|DETACH|WITH|REPLACE|VACUUM)\b/;
const STATEMENT =
  /^(select\s[^.]*\sfrom\s|insert\s+(or\s+\w+\s+)?into\s|update\s+\w+\s+set\s|delete\s+from\s|(create|drop|alter)\s+(unique\s+)?(table|index|trigger|view)\s|pragma\s+\w+\s*(=|$))/i;

const ASSEMBLERS = new Set(['join', 'concat', 'replace', 'replaceAll']);

const sources = readSources();
report('sql', sources.flatMap(checkFile));
if (sources.length === 0) throw new Error('No .ts file was found under src.');
console.log(`sql: saw ${sources.length} files`);

function checkFile(source) {
  const lines = new Map();
  const statements = new Set();
  const patterns = new Set();
  walk(source, (node, line) => {
    if (ts.isVariableDeclaration(node) && node.initializer !== undefined) {
      const value = bare(node.initializer);
      if (beginsLikeSql(value)) statements.add(node.name.getText());
      if (isPattern(value)) patterns.add(node.name.getText());
    }
    const what = faultOf(node, statements, patterns);
    if (what !== undefined && !lines.has(line)) lines.set(line, what);
  });
  const remedy = 'Write the whole statement as one constant text and bind the values (lists: json_each(?)).';
  return [...lines].map(([line, what]) => ({file: source.file, line, what, remedy}));
}

function faultOf(node, statements, patterns) {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const {name, expression} = node.expression;
    const receiver = bare(expression);
    const runsSql = name.text === 'prepare' || name.text === 'pragma' || name.text === 'exec';
    if (!runsSql || node.arguments.length === 0) return undefined;
    if (isPattern(receiver) || patterns.has(receiver.getText())) return undefined;
    const how = assembled(bare(node.arguments[0]));
    return how && `.${name.text}() is given SQL put together by ${how}.`;
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusEqualsToken) {
    return statements.has(node.left.getText()) ? 'SQL is put together by +=.' : undefined;
  }
  if (!ts.isTemplateExpression(node) && !ts.isBinaryExpression(node)) return undefined;
  const how = assembled(node);
  return how && beginsLikeSql(node) ? `SQL is put together by ${how}.` : undefined;
}

/** How a text is made from pieces, or undefined when it is not. */
function assembled(node) {
  if (ts.isTemplateExpression(node)) return 'a template';
  if (ts.isTaggedTemplateExpression(node)) return assembled(node.template);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) return '+';
  if (ts.isConditionalExpression(node))
    return assembled(bare(node.whenTrue)) ?? assembled(bare(node.whenFalse));
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const {text} = node.expression.name;
    return ASSEMBLERS.has(text) ? `.${text}()` : undefined;
  }
  return undefined;
}

/** Whether a text begins with a statement: a keyword in capitals, or in any case what can hardly be English. */
function beginsLikeSql(node) {
  const text = beginning(node).trimStart();
  return KEYWORD.test(text) || STATEMENT.test(text);
}

/** The constant text that a text begins with. */
function beginning(node) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) return node.head.text;
  if (ts.isTaggedTemplateExpression(node)) return beginning(node.template);
  if (ts.isBinaryExpression(node)) return beginning(bare(node.left));
  return '';
}

function isPattern(node) {
  if (ts.isNewExpression(node)) return node.expression.getText() === 'RegExp';
  return ts.isRegularExpressionLiteral(node);
}

/** Without parentheses and type assertions. */
function bare(node) {
  const wrapped =
    ts.isParenthesizedExpression(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node);
  return wrapped ? bare(node.expression) : node;
}
