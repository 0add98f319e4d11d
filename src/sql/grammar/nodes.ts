/**
 * Rules are values: a terminal reads one word, sign or literal, the others say what comes in which order. A thread is
 * one way to read the statement so far; several live beside each other until the text tells them apart.
 */
import type { Names } from './catalog.ts';
import { keywordList } from './catalog.ts';
import type { Scope } from './scope.ts';
import type { Filter, WordList } from './wordList.ts';

export type NameChoice = { readonly names: Names; readonly filter?: Filter };

/** What a thing that has been read makes of the scope; undefined: it cannot stand here. */
export type Take<T> = (scope: Scope, value: T) => Scope | undefined;

export type Terminal =
  | { readonly kind: 'keyword'; readonly list: WordList }
  /** A name that exists. */
  | {
      readonly kind: 'name';
      readonly choices: (scope: Scope) => readonly NameChoice[];
      readonly take: Take<string>;
      readonly isGlued: boolean;
    }
  /** A name that is made up here. */
  | { readonly kind: 'new-name'; readonly take: Take<string> }
  | { readonly kind: 'sign'; readonly text: string; readonly isGlued: boolean }
  | { readonly kind: 'string' }
  /** A text in quotes, one of a list. */
  | { readonly kind: 'literal'; readonly list: (scope: Scope) => WordList }
  /** @property of digits as they are written; undefined: any */
  | { readonly kind: 'number'; readonly of: (scope: Scope) => ReadonlySet<string> | undefined }
  | { readonly kind: 'integer'; readonly take: Take<number> };

export type Node =
  | Terminal
  | { readonly kind: 'sequence'; readonly nodes: readonly Node[] }
  | { readonly kind: 'either'; readonly nodes: readonly Node[] }
  /** Any number of times. */
  | { readonly kind: 'repeat'; readonly node: Node }
  | { readonly kind: 'act'; readonly act: (scope: Scope) => Scope | undefined }
  /** What comes next depends on the scope. */
  | { readonly kind: 'make'; readonly make: (scope: Scope) => Node };

export function sequence(...nodes: readonly (Node | string)[]): Node {
  return { kind: 'sequence', nodes: nodes.map(nodeOf) };
}

export function either(...nodes: readonly (Node | string)[]): Node {
  return { kind: 'either', nodes: nodes.map(nodeOf) };
}

export function repeat(...nodes: readonly (Node | string)[]): Node {
  return { kind: 'repeat', node: sequence(...nodes) };
}

export function optional(...nodes: readonly (Node | string)[]): Node {
  return either(sequence(...nodes), sequence());
}

export function act(change: (scope: Scope) => Scope | undefined): Node {
  return { kind: 'act', act: change };
}

export function guard(holds: (scope: Scope) => boolean): Node {
  return act((scope) => (holds(scope) ? scope : undefined));
}

export function make(rule: (scope: Scope) => Node): Node {
  return { kind: 'make', make: rule };
}

export function name(
  choices: (scope: Scope) => readonly NameChoice[],
  take: Take<string>,
  isGlued = false,
): Node {
  return { kind: 'name', choices, take, isGlued };
}

export function newName(take: Take<string>): Node {
  return { kind: 'new-name', take };
}

export function integer(take: Take<number>): Node {
  return { kind: 'integer', take };
}

/** One of several words. */
export function word(...words: readonly string[]): Node {
  return { kind: 'keyword', list: keywordList(words) };
}

/** A sign that stands right behind what comes before it. */
export function glued(text: string): Node {
  return { kind: 'sign', text, isGlued: true };
}

export const STRING: Node = { kind: 'string' };
export const NUMBER: Node = { kind: 'number', of: () => undefined };

export function numberOf(of: (scope: Scope) => ReadonlySet<string>): Node {
  return { kind: 'number', of };
}

export function literalOf(list: (scope: Scope) => WordList): Node {
  return { kind: 'literal', list };
}

/** Keywords one after the other ("GROUP BY"), or a sign. */
function nodeOf(node: Node | string): Node {
  if (typeof node !== 'string') return node;
  if (!/^\w/.test(node)) return { kind: 'sign', text: node, isGlued: false };
  const words = node.split(' ').map((text) => word(text));
  return words.length === 1 && words[0] !== undefined ? words[0] : { kind: 'sequence', nodes: words };
}

/** What is still to be read, the next on top. */
export type Stack = { readonly node: Node; readonly below: Stack } | undefined;

export type Thread = { readonly stack: Stack; readonly scope: Scope };

/** A terminal that may come next, and what comes behind it. */
export type Option<T extends Terminal = Terminal> = {
  readonly terminal: T;
  readonly stack: Stack;
  readonly scope: Scope;
};

export type Ahead = { readonly options: readonly Option[]; readonly isComplete: boolean };

/** What is made for each of a few values, once. */
export function perKey<K extends string, T>(create: (key: K) => T): (key: K) => T {
  const made = new Map<K, T>();
  return (key) => {
    const known = made.get(key) ?? create(key);
    made.set(key, known);
    return known;
  };
}

/** Everything that may come next on some thread. */
export function lookAhead(threads: readonly Thread[]): Ahead {
  const options: Option[] = [];
  let isComplete = false;
  const open = [...threads];
  for (let thread = open.pop(); thread !== undefined; thread = open.pop()) {
    const { stack, scope } = thread;
    if (stack === undefined) isComplete = true;
    else if (isTerminal(stack.node)) options.push({ terminal: stack.node, stack: stack.below, scope });
    else open.push(...unfold(stack.node, stack.below, scope));
  }
  return { options, isComplete };
}

function unfold(node: Exclude<Node, Terminal>, below: Stack, scope: Scope): Thread[] {
  switch (node.kind) {
    case 'sequence':
      return [
        { stack: node.nodes.reduceRight<Stack>((rest, next) => ({ node: next, below: rest }), below), scope },
      ];
    case 'either':
      return node.nodes.map((choice) => ({ stack: { node: choice, below }, scope }));
    case 'repeat':
      return [
        { stack: below, scope },
        { stack: { node: node.node, below: { node, below } }, scope },
      ];
    case 'act': {
      const changed = node.act(scope);
      return changed === undefined ? [] : [{ stack: below, scope: changed }];
    }
    case 'make':
      return [{ stack: { node: node.make(scope), below }, scope }];
  }
}

function isTerminal(node: Node): node is Terminal {
  switch (node.kind) {
    case 'sequence':
    case 'either':
    case 'repeat':
    case 'act':
    case 'make':
      return false;
    default:
      return true;
  }
}
