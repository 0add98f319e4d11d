/** The grammar of Python: the one door to Lezer. It takes any text, and marks what does not fit as an error. */
import { parser } from '@lezer/python';

export type Tree = ReturnType<typeof parser.parse>;
export type Node = Tree['topNode'];

/** Steps of the parser between two pauses: some tenths of a millisecond. */
const STEPS_AT_ONCE = 64;

/** Parses in small steps, so that whoever drives it can see to other things in between. */
export function* parse(text: string): Generator<undefined, Tree> {
  const run = parser.startParse(text);
  for (let nSteps = 1; ; nSteps++) {
    const tree = run.advance();
    if (tree !== null) return tree;
    if (nSteps % STEPS_AT_ONCE === 0) yield;
  }
}

export function* childrenOf(node: Node): Generator<Node> {
  for (let child = node.firstChild; child !== null; child = child.nextSibling) yield child;
}
