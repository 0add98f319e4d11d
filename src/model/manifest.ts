/**
 * `manifest.json`: everything about a model but its weights. The graph is not stored; the version of the
 * extension that loads a model writes the graph from this, so a newer one reads older weights.
 */
import { Fields, parseJson } from '../base/fields.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { TOKENIZERS, type TokenizerName } from '../tokenizer/tokenizerName.ts';
import { architectureProblem, type Architecture } from './architecture.ts';
import { parsePrompts, type Prompts } from './prompts.ts';
import { storedSizes, tensorSpecs, type TensorForm, type TensorSpec } from './tensors.ts';

export const MANIFEST_FILE = 'manifest.json';
export const WEIGHTS_FILE = 'weights.bin';
export const MODEL_CARD_FILE = 'README.md';

/** Raised when an older extension could no longer read what is written. */
export const FORMAT_VERSION = 1;

export type StoredTensor = {
  readonly shape: TensorSpec['shape'];
  readonly form: TensorForm;
  /** Of the values in the weights file; the scales follow them. */
  readonly offset: number;
  readonly valuesBytes: number;
  readonly scalesBytes: number;
};

export type StoredFile = {
  readonly name: string;
  readonly sizeBytes: number;
  /** '' where nobody has taken one. */
  readonly sha256: string;
};

export type Manifest = {
  readonly formatVersion: typeof FORMAT_VERSION;
  /** What the user sees. */
  readonly name: string;
  readonly family: 'gptj';
  readonly architecture: Architecture;
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  readonly files: readonly StoredFile[];
  readonly tokenizer: TokenizerName;
  /** VS Code language identifiers in which this model completes. */
  readonly languages: readonly string[];
  readonly prompts: Prompts;
  /** SPDX identifier, or 'unknown'. */
  readonly licence: string;
};

/** Reads a manifest, distrusting all of it. */
export function parseManifest(text: string, file: string): Manifest {
  const fields = new Fields(parseJson(text, { file, code: 'bad-model' }), { file, code: 'bad-model' });
  const formatVersion = fields.count('formatVersion');
  if (formatVersion > FORMAT_VERSION) {
    throw new UserError(
      'bad-model',
      say`${file}: this model has format ${formatVersion}, newer than this version reads (${FORMAT_VERSION}). Update the extension.`,
    );
  }
  if (formatVersion < 1) fields.fail('formatVersion', say`the version of a format`);
  const architecture = parseArchitecture(fields.object('architecture'), file);
  const manifest: Manifest = {
    formatVersion: FORMAT_VERSION,
    name: fields.string('name'),
    family: fields.oneOf('family', ['gptj']),
    architecture,
    tensors: parseTensors(fields.object('tensors'), architecture, file),
    files: fields
      .array('files')
      .map((entry) => parseFile(new Fields(entry, { file, code: 'bad-model' }, 'files'))),
    tokenizer: fields.oneOf('tokenizer', TOKENIZERS),
    languages: fields.strings('languages'),
    prompts: parsePrompts(fields.object('prompts')),
    licence: fields.string('licence'),
  };
  checkTensorsFitFile(manifest, file);
  return manifest;
}

/** What the weights are stored as, for people: "4-bit", "8-bit", "fp32". */
export function precisionLabel({ tensors }: Pick<Manifest, 'tensors'>): string {
  const bits = Object.values(tensors).flatMap(({ form }) => (form.kind === 'blocks' ? [form.bits] : []));
  return bits.length === 0 ? 'fp32' : `${Math.min(...bits)}-bit`;
}

export function weightsBytes({ files }: Pick<Manifest, 'files'>): number {
  return files.find(({ name }) => name === WEIGHTS_FILE)?.sizeBytes ?? 0;
}

function parseArchitecture(fields: Fields, file: string): Architecture {
  const architecture: Architecture = {
    nLayers: fields.count('nLayers'),
    hidden: fields.count('hidden'),
    nHeads: fields.count('nHeads'),
    inner: fields.count('inner'),
    rotaryDim: fields.count('rotaryDim'),
    vocabularySize: fields.count('vocabularySize'),
    nPositions: fields.count('nPositions'),
    layerNormEpsilon: fields.number('layerNormEpsilon'),
  };
  const problem = architectureProblem(architecture);
  if (problem !== undefined)
    throw new UserError('bad-model', say`${file}: ${problem}. Import the model again.`);
  return architecture;
}

/** The table must hold just the tensors of the architecture, each of the size that its shape and form give. */
function parseTensors(
  fields: Fields,
  architecture: Architecture,
  file: string,
): Record<string, StoredTensor> {
  const tensors: Record<string, StoredTensor> = {};
  for (const { name, shape } of tensorSpecs(architecture)) {
    const entry = fields.object(name);
    const form = parseForm(entry.object('form'));
    const offset = entry.count('offset');
    const foundShape = entry.counts('shape');
    if (foundShape.join() !== shape.join()) {
      throw new UserError(
        'bad-model',
        say`${file}: ${name} has shape [${foundShape.join(', ')}], not [${shape.join(', ')}].`,
      );
    }
    if (shape.length === 1 && form.kind !== 'fp32') {
      throw new UserError('bad-model', say`${file}: the vector ${name} is quantised; only matrices can be.`);
    }
    tensors[name] = { shape, form, offset, ...storedSizes(shape, form) };
  }
  return tensors;
}

function parseForm(fields: Fields): TensorForm {
  if (fields.oneOf('kind', ['fp32', 'blocks']) === 'fp32') return { kind: 'fp32' };
  const bits = Number(fields.oneOf('bits', ['4', '8']));
  const block = Number(fields.oneOf('block', ['32', '64', '128']));
  return { kind: 'blocks', bits: bits as 4 | 8, block: block as 32 | 64 | 128 };
}

function parseFile(fields: Fields): StoredFile {
  return {
    name: fields.string('name'),
    sizeBytes: fields.count('sizeBytes'),
    sha256: fields.has('sha256') ? fields.string('sha256') : '',
  };
}

function checkTensorsFitFile(manifest: Manifest, file: string): void {
  const sizeBytes = weightsBytes(manifest);
  for (const [name, { offset, valuesBytes, scalesBytes }] of Object.entries(manifest.tensors)) {
    if (offset + valuesBytes + scalesBytes > sizeBytes) {
      throw new UserError(
        'bad-model',
        say`${file}: ${name} lies outside ${WEIGHTS_FILE} (${sizeBytes} bytes). Import the model again.`,
      );
    }
  }
}
