import { expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { deviceFailure } from '../../../src/engine/devices/deviceFailure.ts';

it.each([
  [
    'webgpu_context.cc:136 adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters',
    'there is no such device, or no driver for it',
  ],
  [
    'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
    'there is no such device, or no driver for it',
  ],
  [
    'CUDA failure 2: out of memory ; GPU=0 ; file=cuda_allocator.cc',
    'the model does not fit into its memory',
  ],
  [
    'Buffer size (825753600) exceeds the max buffer size limit (268435456).',
    'the model does not fit into its memory',
  ],
  ['Device lost: A valid external Instance reference no longer exists.', 'the device was lost'],
  ['887A0005: The GPU device instance has been suspended. DXGI_ERROR_DEVICE_REMOVED', 'the device was lost'],
  ['Non-zero status code returned while running Split node.', 'it failed'],
])('%s', (message, sentence) => {
  const { code, sentence: found, detail } = deviceFailure(message);
  expect([code, spell(found), detail]).toEqual(['device', sentence, message]);
});
