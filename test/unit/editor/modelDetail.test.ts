import { expect, it } from 'vitest';
import { say, spell } from '../../../src/base/sentence.ts';
import { modelDetail } from '../../../src/editor/modelDetail.ts';
import type { Device, DeviceReport } from '../../../src/model/device.ts';
import type { ModelSummary } from '../../../src/model/generation.ts';

type Case = {
  readonly device: Device;
  readonly hardware: string;
  readonly considered?: readonly DeviceReport[];
  readonly recent?: number;
};

const GPU = { device: 'webgpu', hardware: 'NVIDIA GeForce RTX 4070' } as const;
const CPU = { device: 'cpu', hardware: 'CPU, 2 threads' } as const;
const NO_CUDA = { device: 'cuda', hardware: '', problem: say`its libraries are not installed` } as const;

it.each<[string, Case, string[]]>([
  ['nothing known of its speed', CPU, ['on CPU, 2 threads']],
  ['as fast as it has just been', { ...CPU, recent: 96.6 }, ['on CPU, 2 threads, 97 tokens/s']],
  [
    'a GPU, faster than the processor',
    { ...GPU, considered: [{ ...CPU, tokensPerSecond: 6.2 }], recent: 41.2 },
    ['on NVIDIA GeForce RTX 4070 (WebGPU), 41 tokens/s; CPU 6 tokens/s'],
  ],
  [
    'as fast as it was when it was first used',
    { ...GPU, considered: [{ ...GPU, tokensPerSecond: 50 }, { ...CPU, tokensPerSecond: 6 }, NO_CUDA] },
    [
      'on NVIDIA GeForce RTX 4070 (WebGPU), 50 tokens/s; CPU 6 tokens/s',
      'CUDA: its libraries are not installed',
    ],
  ],
  [
    'a device that nobody has tried',
    { ...GPU, device: 'cuda', recent: 30 },
    ['on NVIDIA GeForce RTX 4070 (CUDA, untested on real hardware), 30 tokens/s'],
  ],
  [
    'as fast as it has just been, whatever it was at first',
    { ...GPU, considered: [{ ...GPU, tokensPerSecond: 50 }], recent: 30 },
    ['on NVIDIA GeForce RTX 4070 (WebGPU), 30 tokens/s'],
  ],
  [
    'a GPU that is not used, and why',
    { ...CPU, considered: [{ ...GPU, tokensPerSecond: 3, problem: say`slower than ${'CPU'}` }, NO_CUDA] },
    [
      'on CPU, 2 threads; WebGPU 3 tokens/s',
      'WebGPU: slower than CPU',
      'CUDA: its libraries are not installed',
    ],
  ],
])('%s', (_, { recent, ...rest }, expected) => {
  const model = { name: 'GPT-J-6B', precision: '4-bit', considered: [], ...rest } as unknown as ModelSummary;
  expect(modelDetail(model, recent).map((line) => spell(line))).toEqual(['GPT-J-6B, 4-bit', ...expected]);
});

it('hands every word over for translation', () => {
  const model = {
    name: 'Großmodell',
    precision: '4-bit',
    considered: [NO_CUDA],
    ...CPU,
  } as unknown as ModelSummary;
  const seen: string[] = [];
  for (const line of modelDetail(model, 5)) spell(line, (template) => (seen.push(template), template));
  expect(seen).toContain('its libraries are not installed');
  expect(seen.join()).not.toContain('Großmodell');
});
