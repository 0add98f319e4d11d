// The sentences that come from where no editor is known: the templates of say`…` and the texts of errors. They are looked
// up in the bundle when they are shown (src/editor/sentences.ts).
import ts from 'typescript';

/** All of them in one source file, as keys of the bundle. */
export function sentencesIn(source) {
  const found = [];
  const visit = (node) => {
    if (ts.isTaggedTemplateExpression(node) && node.tag.getText(file) === 'say')
      found.push(templateOf(node.template));
    if (ts.isNewExpression(node) && node.expression.getText(file) === 'UserError')
      found.push(...literalsIn(node.arguments?.[1]));
    ts.forEachChild(node, visit);
  };
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  visit(file);
  return found;
}

/** As `say` makes it: {0}, {1}, … for the values. */
function templateOf(template) {
  if (ts.isNoSubstitutionTemplateLiteral(template)) return template.text;
  const parts = template.templateSpans.map(({ literal }, index) => `{${index}}${literal.text}`);
  return template.head.text + parts.join('');
}

/** A text, or one of two. */
function literalsIn(node) {
  if (node === undefined) return [];
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [node.whenTrue, node.whenFalse].flatMap(literalsIn);
  return [];
}
