/** What an import writes, and that a failed one leaves nothing. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isCancelled } from '../../../src/base/userError.ts';
import type { ImportHooks } from '../../../src/importer/convertTensors.ts';
import { importModel } from '../../../src/importer/importModel.ts';
import { readManifest } from '../../../src/model/modelFolder.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { smallCheckpoint, valuesOf, writeCheckpoint, type RawCheckpoint } from '../../support/checkpoint.ts';
import { withTempFolder } from '../../support/goldenModel.ts';

const LAYER = 'transformer.h.0';

describe('the stored weights', () => {
  it('are the parts of the checkpoint, above and beside one another', async () => {
    const { tensors } = smallCheckpoint();
    const stored = await importTensors(smallCheckpoint());
    const of = (name: string) => valuesOf(tensors[`${LAYER}.${name}`]!);
    const stacked = ['attn.q_proj', 'attn.k_proj', 'attn.v_proj', 'mlp.fc_in'].map((name) =>
      of(`${name}.weight`),
    );
    expect(stored['layers.0.inputs.weight']).toEqual(stacked.flatMap((values) => [...values]));
    expect(stored['layers.0.inputs.bias']).toEqual([...new Float32Array(36), ...of('mlp.fc_in.bias')]);
    const [out, fcOut] = [of('attn.out_proj.weight'), of('mlp.fc_out.weight')];
    const beside = Array.from({ length: 12 }, (_, row) => [
      ...out.subarray(row * 12, (row + 1) * 12),
      ...fcOut.subarray(row * 20, (row + 1) * 20),
    ]);
    expect(stored['layers.0.outputs.weight']).toEqual(beside.flat());
    expect(stored['head.weight']).toEqual([...valuesOf(tensors['lm_head.weight']!)]);
  });

  it.each([true, false])('have the embedding as a tied head, with a bias of its own: %s', async (hasBias) => {
    const checkpoint = smallCheckpoint();
    checkpoint.config['tie_word_embeddings'] = true;
    const bias = [...valuesOf(checkpoint.tensors['lm_head.bias']!)];
    if (!hasBias) Reflect.deleteProperty(checkpoint.tensors, 'lm_head.bias');
    Reflect.deleteProperty(checkpoint.tensors, 'lm_head.weight');
    const stored = await importTensors(checkpoint);
    expect(stored['head.weight']).toEqual(stored['embedding']);
    expect(stored['head.bias']).toEqual(hasBias ? bias : bias.map(() => 0));
  });
});

it('writes a manifest that describes the files beside it', async () => {
  await withTempFolder(async (temp) => {
    const folder = await importSmall(temp);
    await writeFile(
      path.join(temp, 'checkpoint/README.md'),
      '---\nlanguage: en\nlicense: bsd-3-clause\n---\n# Tiny\n',
    );
    const { licence, name, files } = await readManifest(await importSmall(temp, 'again'));
    expect([name, licence]).toEqual(['checkpoint', 'bsd-3-clause']);
    expect((await readManifest(folder)).licence).toBe('unknown');
    for (const { name: file, sizeBytes, sha256 } of files) {
      const bytes = await readFile(path.join(temp, 'again', file));
      expect([bytes.length, createHash('sha256').update(bytes).digest('hex')]).toEqual([sizeBytes, sha256]);
    }
  });
});

describe('the description', () => {
  const twoSpaces = { '  ': 50_286, '   ': 50_285 };
  const files: Record<string, [Record<string, unknown>, 'gpt2' | 'codegen']> = {
    'no file': [{}, 'gpt2'],
    'added tokens of whitespace': [{ 'added_tokens.json': twoSpaces }, 'codegen'],
    'added tokens without a meaning': [{ 'added_tokens.json': { '<|extratoken_1|>': 50_257 } }, 'gpt2'],
    "a tokenizer's class": [
      { 'tokenizer_config.json': { tokenizer_class: 'CodeGenTokenizerFast' } },
      'codegen',
    ],
    'a whole tokenizer': [
      { 'tokenizer.json': { added_tokens: [{ id: 50_286, content: '  ', special: false }] } },
      'codegen',
    ],
    'a class that says nothing': [{ 'tokenizer_config.json': { tokenizer_class: 'GPT2Tokenizer' } }, 'gpt2'],
  };

  it.each(Object.entries(files))(
    'has the tokenizer that is shown by %s',
    async (_, [contents, tokenizer]) => {
      await withTempFolder(async (temp) => {
        await writeCheckpoint(path.join(temp, 'checkpoint'), smallCheckpoint());
        for (const [file, content] of Object.entries(contents))
          await writeFile(path.join(temp, 'checkpoint', file), JSON.stringify(content));
        expect(await readManifest(await importSmall(temp))).toMatchObject({ tokenizer });
      });
    },
  );

  it.each([
    ['codegen-350M-mono', ['python']],
    ['codegen-2B-multi', ['c', 'cpp', 'go', 'java', 'javascript', 'python']],
    ['monologue', ['python', 'sql']],
  ])('of %s has its languages', async (name, languages) => {
    await withTempFolder(async (temp) => {
      const checkpoint = smallCheckpoint();
      checkpoint.config['tokenizer'] = 'codegen';
      await writeCheckpoint(path.join(temp, name), checkpoint);
      await importModel({
        ...{ checkpoint: path.join(temp, name), out: path.join(temp, 'model'), formOf: () => FP32 },
      });
      expect(await readManifest(path.join(temp, 'model'))).toMatchObject({ name, languages });
    });
  });
});

it('tells how far it is, from nothing to all', async () => {
  await withTempFolder(async (temp) => {
    const shares: number[] = [];
    const onProgress: ImportHooks['onProgress'] = ({ doneElements, totalElements }) =>
      void shares.push(doneElements / totalElements);
    await importSmall(temp, 'model', { onProgress });
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });
});

describe('nothing is left behind', () => {
  it('where it is cancelled, at whatever step', async () => {
    let nSteps = 0;
    await withTempFolder((temp) => importSmall(temp, 'model', { onProgress: () => (nSteps += 1) }));
    for (let step = 1; step < nSteps; step++) {
      await withTempFolder(async (temp) => {
        const abort = new AbortController();
        let done = 0;
        const onProgress = () => (++done === step ? abort.abort() : undefined);
        const failure = await failureOf(importSmall(temp, 'model', { signal: abort.signal, onProgress }));
        expect(isCancelled(failure)).toBe(true);
        expect(await readdir(temp)).toEqual(['checkpoint']);
      });
    }
  });

  it('where the folder exists, which stays as it is', async () => {
    await withTempFolder(async (temp) => {
      await mkdir(path.join(temp, 'model'));
      await writeFile(path.join(temp, 'model/mine.txt'), 'mine');
      const failure = await failureOf(importSmall(temp));
      expect(failure).toMatchObject({
        code: 'bad-argument',
        message: expect.stringContaining('exists already') as string,
      });
      expect(await readdir(temp)).toEqual(['checkpoint', 'model']);
      expect(await readdir(path.join(temp, 'model'))).toEqual(['mine.txt']);
    });
  });

  it('where nothing can be written', async () => {
    await withTempFolder(async (temp) => {
      await writeFile(path.join(temp, 'file'), '');
      const failure = await failureOf(importSmall(temp, 'file/model'));
      expect(failure).toMatchObject({ code: 'disk', message: expect.stringContaining('ENOTDIR') as string });
      expect(await readdir(temp)).toEqual(['checkpoint', 'file']);
    });
  });

  it.each([0, 1, 2, 20, 60])('where the disk is full %i pages before the last', async (nPages) => {
    await withTempFolder(async (temp) => {
      const [checkpoint, disk] = [path.join(temp, 'checkpoint'), path.join(temp, 'disk')];
      await writeCheckpoint(checkpoint, smallCheckpoint(2_500));
      const { size } = await stat(path.join(await importSmall(temp), 'weights.bin'));
      await mkdir(disk);
      if (!mountSmallDisk(disk, 4 * (Math.floor(size / 4096) - nPages))) return;
      try {
        const failure = await failureOf(importSmall(temp, 'disk/model'));
        expect(failure).toMatchObject({ code: 'disk', message: expect.stringContaining('full') as string });
        expect(await readdir(disk)).toEqual([]);
      } finally {
        // Lazily: where a handle has been left open, it must still go.
        execFileSync('umount', ['-l', disk]);
      }
    });
  });
});

/** Only an administrator of a Linux machine may: elsewhere a full disk cannot be tried. */
function mountSmallDisk(folder: string, kilobytes: number): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function importSmall(temp: string, out = 'model', hooks: ImportHooks = {}): Promise<string> {
  const checkpoint = path.join(temp, 'checkpoint');
  if (!(await readdir(temp)).includes('checkpoint')) await writeCheckpoint(checkpoint, smallCheckpoint());
  await importModel({ checkpoint, out: path.join(temp, out), formOf: () => FP32 }, hooks);
  return path.join(temp, out);
}

/** The numbers of every tensor of a model folder made of a checkpoint, in fp32. */
async function importTensors(checkpoint: RawCheckpoint): Promise<Record<string, number[]>> {
  return withTempFolder(async (temp) => {
    await writeCheckpoint(path.join(temp, 'checkpoint'), checkpoint);
    const folder = await importSmall(temp);
    const bytes = await readFile(path.join(folder, 'weights.bin'));
    const { tensors } = await readManifest(folder);
    const numbers = ({ offset, valuesBytes }: { offset: number; valuesBytes: number }) =>
      Array.from({ length: valuesBytes / 4 }, (_, index) => bytes.readFloatLE(offset + 4 * index));
    return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, numbers(tensor)]));
  });
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}
