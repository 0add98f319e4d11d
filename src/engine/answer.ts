/** What has been generated so far, token by token, and whether that is all. */
import type { GeneratedSoFar, GenerateRequest, StopReason } from '../model/generation.ts';
import { TokenDecoder } from '../tokenizer/tokenizer.ts';
import { END_OF_TEXT } from '../tokenizer/vocabulary.ts';
import type { CopyModel } from './copyModel.ts';
import type { FittedPrompt } from './fittedPrompt.ts';
import { endsInLoop } from './loops.ts';
import type { Choice } from './mixture.ts';
import type { Model } from './model.ts';
import type { Logits } from './runner.ts';
import { createSampler, type Allowed, type Copying } from './sampler.ts';
import { findStop, settledLength } from './stopRules.ts';
import type { TokenMask } from './tokenMask.ts';

export class Answer {
  text = '';
  readonly ids: number[] = [];
  readonly #choices: Choice[] = [];
  readonly #tokenEnds: number[] = [];
  stopReason: StopReason = 'length';
  readonly #request: GenerateRequest;
  readonly #model: Model;
  readonly #decoder: TokenDecoder;
  readonly #sample: ReturnType<typeof createSampler>;
  readonly #copy: CopyModel | undefined;
  readonly #mask: TokenMask | undefined;
  readonly #windowTokens: number;
  #decoded = '';
  #healing: Uint8Array;
  /** Of the whole answer: ln of its probability. */
  #logProbability = 0;
  #nLinesTold = 0;

  constructor(
    request: GenerateRequest,
    prompt: FittedPrompt,
    { model, copy, mask }: { model: Model; copy: CopyModel | undefined; mask: TokenMask | undefined },
  ) {
    this.#request = request;
    this.#copy = copy;
    this.#mask = mask;
    this.#model = model;
    this.#decoder = new TokenDecoder(model.tokenizer.vocabulary);
    this.#sample = createSampler(request.sampling, { runnersUp: (request.alternatives ?? 0) > 0 });
    this.#healing = prompt.healing;
    this.#windowTokens = model.architecture.nPositions - prompt.ids.length;
  }

  /** How many more tokens it may have. */
  get roomTokens(): number {
    return Math.min(this.#request.maxTokens, this.#windowTokens) - this.ids.length;
  }

  get lastId(): number {
    return this.ids.at(-1) ?? END_OF_TEXT;
  }

  /** What was chosen, token by token. */
  get choices(): readonly Choice[] {
    return this.#choices;
  }

  /** Without the text that a rule may still take back: what has been shown must not be taken away again. */
  soFar(): GeneratedSoFar {
    return {
      text: this.text.slice(0, settledLength(this.text, this.#request.stop)),
      logProbabilities: this.#choices.map(({ logProbability }) => logProbability),
      tokenEnds: [...this.#tokenEnds],
    };
  }

  /** Whether there is something to tell: a token, or a further whole line, as the request wants it. */
  hasNews(): boolean {
    if (this.#request.progress !== 'line') return true;
    const nLines = this.#decoded.split('\n').length - 1;
    const isNew = nLines > this.#nLinesTold;
    this.#nLinesTold = nLines;
    return isNew;
  }

  /** Chooses the next token. True: the answer is complete. */
  accept(logits: Logits): boolean {
    const allowed = this.#allowed(logits);
    if ('ids' in allowed && allowed.ids.length === 0) return this.#stop('stuck');
    return this.take(this.#sample(logits.values, allowed, this.#copying()));
  }

  /** Goes on with what has been chosen elsewhere. True: the answer is complete. */
  take(choice: Choice): boolean {
    const { id, logProbability } = choice;
    if (id === END_OF_TEXT) return this.#stop('end-of-text');
    this.#logProbability += logProbability;
    if (this.#logProbability < (this.#request.minLogProbability ?? -Infinity)) return this.#stop('unlikely');
    this.ids.push(id);
    this.#copy?.push(id);
    this.#decoded += this.#decode(id);
    this.#choices.push(choice);
    this.#tokenEnds.push(this.#decoded.length);
    const end = findStop(this.#decoded, this.#request.stop);
    this.text = this.#decoded.slice(0, end);
    if (end !== undefined || this.#mask?.isFinished() === true) return this.#stop('rule');
    if (this.#request.endsLoops === true && endsInLoop(this.#decoded)) return this.#stop('loop');
    if (this.ids.length >= this.#request.maxTokens) return this.#stop('length');
    return this.ids.length >= this.#windowTokens && this.#stop('window');
  }

  #copying(): Copying | undefined {
    return this.#copy && { model: this.#copy, begunBytes: this.#healing.length };
  }

  #allowed({ values, logSumExp: [logSumExp = Number.NaN] }: Logits): Allowed {
    const known = this.#model.nKnownIds;
    if (this.#mask !== undefined) {
      const isWanted = (id: number) => id !== END_OF_TEXT || this.#request.ignoreEndOfText !== true;
      // What never finds an end by itself is brought to one in the second half of its room.
      const isLate = this.ids.length >= this.#request.maxTokens / 2;
      return { ids: this.#mask.allowed(this.#healing, isLate).filter(isWanted) };
    }
    if (this.#healing.length > 0) {
      const agreeing = this.#model.tokenizer.vocabulary.compatibleWith(this.#healing);
      return { ids: agreeing.filter((id) => id < known) };
    }
    // In both vocabularies, only runs of whitespace lie above the end-of-text token.
    if (this.#request.ignoreEndOfText !== true || known <= END_OF_TEXT) return { below: known, logSumExp };
    // ln(e^logSumExp - e^logit): the sum without the token that is left out.
    const share = Math.exp((values[END_OF_TEXT] ?? -Infinity) - logSumExp);
    return { below: END_OF_TEXT, logSumExp: logSumExp + Math.log1p(-share) };
  }

  /** New text; what stands in the document already is left out. */
  #decode(id: number): string {
    const healed = Math.min(this.#healing.length, this.#model.tokenizer.vocabulary.bytesOf(id)?.length ?? 0);
    this.#healing = this.#healing.subarray(healed);
    this.#mask?.accept(id, healed);
    return this.#decoder.push(id, healed);
  }

  #stop(reason: StopReason): true {
    this.stopReason = reason;
    return true;
  }
}
