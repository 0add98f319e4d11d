/**
 * Writes a model folder that is complete or absent: everything goes into a folder beside it, which takes the
 * final name only when the last byte is on the disk.
 */
import { createHash, randomUUID, type Hash } from 'node:crypto';
import { access, open, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { assert, present } from '../base/assert.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { Architecture } from '../model/architecture.ts';
import {
  FORMAT_VERSION,
  MANIFEST_FILE,
  MODEL_CARD_FILE,
  WEIGHTS_FILE,
  type Manifest,
  type StoredTensor,
} from '../model/manifest.ts';
import { storedSizes, tensorSpecs, type TensorForm, type TensorSpec } from '../model/tensors.ts';
import { complete, recordFinished, startJournal, takePartial, type Partial } from './partialFolder.ts';
import { checkFinished } from './finishedWeights.ts';

/** Weights begin on a cache line, so that the runtime can use them where they are mapped. */
const ALIGNMENT = 64;

/** What a caller tells about a model; the writer adds the rest. */
export type Description = Pick<
  Manifest,
  'name' | 'architecture' | 'tokenizer' | 'languages' | 'prompts' | 'licence'
> & {
  /** Markdown, kept beside the weights. */
  readonly modelCard: string;
};

/** Where each tensor will lie in the weights file. */
export function planTensors(
  architecture: Architecture,
  formOf: (spec: TensorSpec) => TensorForm,
): Record<string, StoredTensor> {
  const tensors: Record<string, StoredTensor> = {};
  let end = 0;
  for (const spec of tensorSpecs(architecture)) {
    const form = formOf(spec);
    const sizes = storedSizes(spec.shape, form);
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    tensors[spec.name] = { shape: spec.shape, form, offset, ...sizes };
    end = offset + sizes.valuesBytes + sizes.scalesBytes;
  }
  return tensors;
}

type Parts = {
  readonly target: string;
  readonly partial: Partial;
  readonly tensors: Record<string, StoredTensor>;
  readonly weights: FileHandle;
  readonly hash: Hash;
  readonly position: number;
  readonly nFinished: number;
};

export class ModelFolderWriter {
  /** How many of the tensors are there already: those of an import that was killed. */
  readonly nFinished: number;
  readonly #target: string;
  readonly #partial: string;
  readonly #tensors: Record<string, StoredTensor>;
  readonly #weights: FileHandle;
  readonly #hash: Hash;
  #position: number;

  private constructor(parts: Parts) {
    this.#target = parts.target;
    this.#partial = parts.partial.folder;
    this.#tensors = parts.tensors;
    this.#weights = parts.weights;
    this.#hash = parts.hash;
    this.#position = parts.position;
    this.nFinished = parts.nFinished;
  }

  /**
   * Goes on where an import of the same origin was killed.
   * @param origin tells what is written, byte for byte; by default nobody writes the same
   */
  static async create(
    folder: string,
    tensors: Record<string, StoredTensor>,
    origin: string = randomUUID(),
  ): Promise<ModelFolderWriter> {
    const target = path.resolve(folder);
    if (await exists(target)) {
      throw new UserError(
        'bad-argument',
        say`${target} exists already. Name another folder, or remove it first.`,
      );
    }
    const partial = await takePartial(target, origin);
    try {
      const file = path.join(partial.folder, WEIGHTS_FILE);
      const { hash, position, nFinished } = await checkFinished(file, partial.journal, tensors);
      if (nFinished > 0) await truncate(file, position);
      await startJournal(partial.folder, origin, partial.journal.slice(0, nFinished));
      const weights = await open(file, nFinished > 0 ? 'a' : 'w');
      return new ModelFolderWriter({ target, partial, tensors, weights, hash, position, nFinished });
    } catch (error) {
      await rm(partial.folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Appends bytes of `name`: its values, then its scales. Tensors must come in their planned order. */
  async append(name: string, bytes: Uint8Array): Promise<void> {
    const { offset, valuesBytes, scalesBytes } = present(this.#tensors[name], name);
    if (this.#position < offset) await this.#write(new Uint8Array(offset - this.#position));
    assert(this.#position + bytes.length <= offset + valuesBytes + scalesBytes, `${name} fits its place`);
    await this.#write(bytes);
  }

  /** Says that all of `name` has been appended. */
  async finishTensor(name: string): Promise<void> {
    const sha256 = this.#hash.copy().digest('hex');
    await recordFinished(this.#partial, { tensor: name, endBytes: this.#position, sha256 });
  }

  /** Writes the manifest and gives the folder its name. Returns the size of the weights. */
  async finish({ modelCard, ...description }: Description): Promise<number> {
    await this.#weights.sync();
    await this.#weights.close();
    const card = new TextEncoder().encode(modelCard);
    const manifest: Manifest = {
      formatVersion: FORMAT_VERSION,
      family: 'gptj',
      ...description,
      tensors: this.#tensors,
      files: [
        { name: WEIGHTS_FILE, sizeBytes: this.#position, sha256: this.#hash.digest('hex') },
        {
          name: MODEL_CARD_FILE,
          sizeBytes: card.length,
          sha256: createHash('sha256').update(card).digest('hex'),
        },
      ],
    };
    const manifestText = `${JSON.stringify(manifest, undefined, 1)}\n`;
    await writeFile(path.join(this.#partial, MODEL_CARD_FILE), card, { flush: true });
    await writeFile(path.join(this.#partial, MANIFEST_FILE), manifestText, { flush: true });
    await complete(this.#partial, this.#target);
    return this.#position;
  }

  /** Removes what has been written. */
  async discard(): Promise<void> {
    await this.#weights.close();
    await rm(this.#partial, { recursive: true, force: true });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#hash.update(bytes);
    // Not `write`, which may write a part and say so by a number: a disk that is almost full does that.
    await this.#weights.writeFile(bytes);
    this.#position += bytes.length;
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
