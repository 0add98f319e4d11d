/** The published sizes of the family, for benchmarks with synthetic weights. */
import type { Architecture } from '../model/architecture.ts';

const COMMON = { nPositions: 2048, layerNormEpsilon: 1e-5 };

/** CodeGen's block is GPT-J's; only its checkpoint is arranged otherwise. Sources: the models' config.json. */
export const SHAPES: Readonly<Record<string, Architecture>> = {
  'gptj-6b': {
    nLayers: 28,
    hidden: 4096,
    nHeads: 16,
    inner: 16384,
    rotaryDim: 64,
    vocabularySize: 50400,
    ...COMMON,
  },
  'codegen-350m': {
    nLayers: 20,
    hidden: 1024,
    nHeads: 16,
    inner: 4096,
    rotaryDim: 32,
    vocabularySize: 51200,
    ...COMMON,
  },
  'codegen-2b': {
    nLayers: 32,
    hidden: 2560,
    nHeads: 32,
    inner: 10240,
    rotaryDim: 64,
    vocabularySize: 51200,
    ...COMMON,
  },
  starter: {
    nLayers: 16,
    hidden: 512,
    nHeads: 8,
    inner: 2048,
    rotaryDim: 32,
    vocabularySize: 50400,
    ...COMMON,
  },
};
