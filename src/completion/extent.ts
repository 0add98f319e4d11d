/**
 * How far a completion may go: to the end of the line, or over the lines of a block. Most good suggestions are
 * one line long, so a block is offered only where one begins or where the line is still empty.
 */
import type { StopRule } from '../model/generation.ts';
import { indentationOf, isBlank, linePrefix, lineSuffix, opensBlock, type Snapshot } from './snapshot.ts';

export type Extent = {
  /** The next line may leave the block that the cursor is in. */
  readonly kind: 'line' | 'block' | 'next';
  readonly maxTokens: number;
  readonly stop: readonly StopRule[];
};

const LINE_TOKENS = 40;
const BLOCK_TOKENS = 120;
const BLOCK_LINES = 8;

export function extentOf(snapshot: Snapshot): Extent {
  const prefix = linePrefix(snapshot);
  if (!isBlank(lineSuffix(snapshot))) return line();
  if (isBlank(prefix)) return block(prefix.length);
  if (opensBlock(prefix)) return block(indentationOf(prefix) + 1);
  return line();
}

/** Behind a line that is complete, or will be once its suggestion is accepted: the line after it. */
export function nextLines(snapshot: Snapshot): Extent {
  const extent = extentOf(snapshot);
  if (extent.kind === 'block') return extent;
  return { kind: 'next', maxTokens: 2 * LINE_TOKENS, stop: [{ kind: 'lines', count: 2 }] };
}

function line(): Extent {
  return { kind: 'line', maxTokens: LINE_TOKENS, stop: [{ kind: 'before', text: '\n' }] };
}

/** @param columns indentation that further lines must have */
function block(columns: number): Extent {
  return {
    kind: 'block',
    maxTokens: BLOCK_TOKENS,
    stop: [
      { kind: 'dedent', columns },
      { kind: 'before', text: '\n\n' },
      { kind: 'lines', count: BLOCK_LINES },
    ],
  };
}
