/** The figures of the list against the sizes that the models' configurations say. */
import { expect, it } from 'vitest';
import { SHAPES } from '../../../src/cli/shapes.ts';
import { CATALOGUE } from '../../../src/hub/catalogue.ts';
import { hubAt } from '../../../src/hub/hubHost.ts';
import { parseRepositoryName } from '../../../src/hub/repository.ts';
import type { Architecture } from '../../../src/model/architecture.ts';
import { modelSize } from '../../../src/model/modelSize.ts';

const CODEGEN_6B: Architecture = { ...SHAPES['gptj-6b']!, nLayers: 33, vocabularySize: 51_200 };

const ARCHITECTURES: readonly (readonly [RegExp, Architecture])[] = [
  [/codegen-350M/, SHAPES['codegen-350m']!],
  [/codegen-2B/, SHAPES['codegen-2b']!],
  [/codegen-6B/, CODEGEN_6B],
  [/gpt-j/i, SHAPES['gptj-6b']!],
];

it.each(CATALOGUE)('$title', (entry) => {
  const architecture = ARCHITECTURES.find(([name]) => name.test(entry.id))![1];
  const size = modelSize(architecture, { kind: 'blocks', bits: 4, block: 64 });
  const { nParameters, weightsBytes, cacheBytes } = entry;
  expect({ nParameters, weightsBytes, cacheBytes }).toEqual(size);
  // Two bytes for each number, and in each layer a byte for each pair of positions: the mask, which is stored as well.
  const halfPrecision = 2 * nParameters + architecture.nLayers * architecture.nPositions ** 2;
  expect(Math.abs(entry.downloadBytes / halfPrecision - 1)).toBeLessThan(0.005);
  const { id, revision } = entry;
  expect(parseRepositoryName(`${id}@${revision}`, hubAt('', undefined))).toEqual({ id, revision });
});
