/** A completer over a model that answers when a test tells it to. */
import { cancelled } from '../../src/base/userError.ts';
import { Completer, type CompleterOptions } from '../../src/completion/completer.ts';
import type { Generated, GeneratedSoFar, GenerateRequest } from '../../src/model/generation.ts';
import { snapshotAt } from './drawing.ts';

/** A model whose answers come when they are told to. */
export function held(options: CompleterOptions = {}) {
  const asked: {
    request: GenerateRequest;
    signal: AbortSignal;
    tell: (soFar: GeneratedSoFar) => void;
    answer: (text: string, more?: Partial<Generated>) => void;
  }[] = [];
  const completer = new Completer(
    {
      generate: (request, signal, tell) =>
        new Promise((resolve, reject) => {
          signal.addEventListener('abort', () => reject(cancelled()));
          const answer = (text: string, more: Partial<Generated> = {}) => resolve({ ...said(text), ...more });
          asked.push({ request, signal, tell, answer });
        }),
    },
    { ahead: false, ...options },
  );
  const ask = (drawing: string, signal = new AbortController().signal) =>
    completer.complete(snapshotAt(drawing), signal);
  return { completer, asked, ask };
}

/** An answer whose lines, and line ends, are tokens; the model is sure of all of them. */
export function said(text: string): Generated {
  const tokens = text.split(/(?<=\n)|(?=\n)/);
  let length = 0;
  return {
    ...{ text, ids: tokens.map(() => 1), logProbabilities: tokens.map(() => 0) },
    tokenEnds: tokens.map((token) => (length += token.length)),
    ...{ stopReason: 'rule', promptTokens: 1, recomputedTokens: 1, cutTokens: 0 },
    ms: { prefill: 0, decode: 0 },
  };
}
