/** The choice of device on a machine without a GPU. In a file of its own: a process looks for drivers once. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { greedyTask, problemOf, withLoads } from '../../support/deviceLoads.ts';

let engine: Engine;
beforeEach(() => {
  engine = new Engine();
});
afterEach(() => engine.close());

describe('without a GPU', () => {
  beforeAll(() => {
    process.env['VK_ICD_FILENAMES'] = '/nonexistent.json';
  });

  it('runs on the processor, says why, and does not look again', async () => {
    await withLoads(engine, async (load, stateFolder) => {
      const first = await load();
      expect([first.device, problemOf(first, 'webgpu')]).toEqual([
        'cpu',
        'there is no such device, or no driver for it',
      ]);
      expect(first.notice).toBeUndefined();
      const record = await readFile(path.join(stateFolder, 'devices.json'), 'utf8');
      expect(problemOf(await load(), 'webgpu')).toBe(problemOf(first, 'webgpu'));
      expect(await readFile(path.join(stateFolder, 'devices.json'), 'utf8')).toBe(record);
      expect((await readdir(stateFolder)).filter((name) => name.startsWith('starting'))).toEqual([]);
    });
  });

  it('tells whoever asked for one that it runs on the processor', async () => {
    await withLoads(engine, async (load) => {
      const { device, notice } = await load({ device: 'webgpu' });
      expect(device).toBe('cpu');
      expect(spell(notice!)).toMatch(
        /^WebGPU was asked for, and the model runs on the processor: there is no/,
      );
      expect((await engine.generate(greedyTask([1, 2, 3]))).ids).toHaveLength(16);
    });
  });

  it('knows what this platform cannot have', async () => {
    await withLoads(engine, async (load) => {
      const { notice } = await load({ device: 'directml' });
      expect(spell(notice!)).toMatch(/this platform does not offer it/);
    });
  });

  it.each(['', '{', '[]', '{"x":{"devices":[{"device":"tpu"}]}}'])(
    'begins anew with records of %j',
    async (text) => {
      await withLoads(engine, async (load, stateFolder) => {
        await load();
        await writeFile(path.join(stateFolder, 'devices.json'), text);
        expect((await load()).device).toBe('cpu');
      });
    },
  );
});
