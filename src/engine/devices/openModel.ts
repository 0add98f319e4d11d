/**
 * Opens a model on the right device by itself.
 *
 *   first use:   the processor gives a reference and a speed; every other device that the platform offers has to go the
 *                reference's way token by token, and is measured; the fastest stays open
 *   afterwards:  the fastest of the records, at once
 *
 * What is tried is recorded first, since a driver may take the whole process with it.
 */
import { present } from '../../base/assert.ts';
import { say, type Sentence } from '../../base/sentence.ts';
import { messageOf, UserError } from '../../base/userError.ts';
import {
  DEVICE_LABELS,
  DEVICES,
  type Device,
  type DeviceReport,
  type LoadOptions,
} from '../../model/device.ts';
import { weightsBytes, type Manifest } from '../../model/manifest.ts';
import { readManifest } from '../../model/modelFolder.ts';
import { StartLatch } from '../../model/startLatch.ts';
import { offeredProviders, runtimeVersion, startProvider } from '../../onnx/providers.ts';
import { compare, referenceOf, type Reference } from './agreement.ts';
import { bestThreads, defaultThreads, measureSpeed, timeStep } from './calibration.ts';
import { problemOf, reportsOf, whyNot } from './considered.ts';
import { deviceFailure } from './deviceFailure.ts';
import { DeviceRecords, type DeviceRecord, type ModelRecord } from './deviceRecords.ts';
import { fingerprint, hardwareOf, processorLabel } from './hardware.ts';
import { Model, PROVIDERS } from '../model.ts';

export type OpenModel = {
  readonly model: Model;
  readonly hardware: string;
  /** Longest chunk that the device is right with; absent where any is. */
  readonly maxChunkTokens?: number;
  readonly considered: readonly DeviceReport[];
  /** Why it is not the device that the user has asked for. */
  readonly notice?: Sentence;
};

const FAR_SLOWER = 10;

/** Two of a model larger than this are not held in memory for a comparison. */
const LARGE_BYTES = 1e9;

export async function openModel(options: LoadOptions): Promise<OpenModel> {
  const manifest = await readManifest(options.modelFolder);
  const records = new DeviceRecords(options.stateFolder, manifest, fingerprint(await runtimeVersion()));
  const known: ModelRecord = options.afresh === true ? { devices: [] } : await records.read();
  const chooser = new Chooser(options, manifest, known);
  try {
    return await chooser.open();
  } catch (error) {
    await chooser.close();
    throw error;
  } finally {
    await records.write(chooser.learned);
  }
}

class Chooser {
  readonly #options: LoadOptions;
  readonly #manifest: Manifest;
  readonly #latch: StartLatch | undefined;
  readonly #records = new Map<Device, DeviceRecord>();
  /** Why devices were passed over this time, without its being worth remembering. */
  readonly #passedOver = new Map<Device, Sentence>();
  #nThreads: number | undefined;
  #opened: Model | undefined;
  #reference: Reference | undefined;

  constructor(options: LoadOptions, manifest: Manifest, known: ModelRecord) {
    this.#options = options;
    this.#manifest = manifest;
    this.#latch = options.stateFolder === undefined ? undefined : new StartLatch(options.stateFolder);
    this.#nThreads = known.nThreads;
    for (const record of known.devices) this.#records.set(record.device, record);
  }

  get learned(): ModelRecord {
    return {
      ...(this.#nThreads !== undefined && { nThreads: this.#nThreads }),
      devices: [...this.#records.values()],
    };
  }

  async open(): Promise<OpenModel> {
    for (const device of await this.#candidates()) await this.#getToKnow(device);
    for (const { device, outcome } of this.#bestFirst()) {
      if (outcome.kind === 'works' && (await this.#openOn(device))) {
        return this.#result(device, outcome.maxChunkTokens);
      }
    }
    await this.#openOnProcessor();
    return this.#result('cpu');
  }

  /** Devices other than the processor that are wanted and offered. */
  async #candidates(): Promise<Exclude<Device, 'cpu'>[]> {
    const { device: wanted, avoided = [] } = this.#options;
    if (wanted === 'cpu') return [];
    const offered = await offeredDevices();
    const candidates: Exclude<Device, 'cpu'>[] = [];
    for (const device of ['webgpu', 'cuda', 'directml'] as const) {
      if (wanted !== 'auto' && wanted !== device) continue;
      if (avoided.includes(device)) this.#passedOver.set(device, say`it crashed with this model`);
      else if (offered.includes(device)) candidates.push(device);
      else if (wanted === device) this.#passedOver.set(device, say`this platform does not offer it`);
    }
    return candidates;
  }

  /** The devices in question that work, fastest first; one that was asked for goes before the processor. */
  #bestFirst(): DeviceRecord[] {
    const { device: wanted } = this.#options;
    const wantedOnly = (device: Device) => wanted === 'auto' || device === wanted;
    return [...this.#records.values()]
      .filter(({ device }) => wantedOnly(device) && !this.#passedOver.has(device))
      .sort((a, b) => completionMs(a) - completionMs(b));
  }

  /** Learns how right and how fast a device is, if that is not known. */
  async #getToKnow(device: Exclude<Device, 'cpu'>): Promise<void> {
    const known = this.#records.get(device)?.outcome.kind;
    // One that is asked for by name is given another chance.
    if (known === 'works' || (known === 'fails' && this.#options.device === 'auto')) return;
    try {
      await this.#recorded(device, () => startDevice(device));
      const reference = await this.#referenceOfProcessor();
      if (weightsBytes(this.#manifest) > LARGE_BYTES) await this.close();
      const rival = await this.#tryOn(device);
      if (this.#options.device === 'auto' && (await this.#isFarSlower(rival))) {
        await rival.close();
        throw new UserError('device', say`it is far slower than the processor`);
      }
      await this.#judge(rival, reference);
    } catch (error) {
      const failure = error instanceof UserError ? error : deviceFailure(messageOf(error));
      if (failure.code !== 'device') throw failure;
      this.#records.set(device, {
        ...{ device, hardware: DEVICE_LABELS[device] },
        outcome: { kind: 'fails', problem: sentenceOf(failure) },
      });
    }
  }

  /** Compares and measures; whichever of the two is slower is closed. */
  async #judge(rival: Model, reference: Reference): Promise<void> {
    const { device } = rival;
    try {
      const agreement = await this.#recorded(device, () => compare(rival, reference));
      const hardware = device === 'cpu' ? '' : await hardwareOf(device);
      if (agreement.kind === 'differs') {
        const percent = (100 * agreement.error).toFixed(1);
        const problem = say`its results differ from the processor's by ${percent} % of the greatest logit`;
        this.#records.set(device, { device, hardware, outcome: { kind: 'fails', problem } });
        await rival.close();
        return;
      }
      const speed = await this.#recorded(device, () => measureSpeed(rival, agreement.maxChunkTokens));
      this.#records.set(device, { device, hardware, outcome: { ...agreement, ...speed, kind: 'works' } });
      await this.#keepFaster(rival);
    } catch (error) {
      await rival.close();
      throw error;
    }
  }

  /** One step tells enough of a GPU that is only software, and spares a minute of measuring it. */
  async #isFarSlower(rival: Model): Promise<boolean> {
    const outcome = this.#records.get('cpu')?.outcome;
    if (outcome?.kind !== 'works') return false;
    const stepMs = await this.#recorded(rival.device, () => timeStep(rival));
    return stepMs > FAR_SLOWER * (1000 / outcome.tokensPerSecond);
  }

  async #keepFaster(rival: Model): Promise<void> {
    const speedOf = (device: Device) => completionMs(present(this.#records.get(device), device));
    if (this.#opened !== undefined && speedOf(this.#opened.device) <= speedOf(rival.device)) {
      await rival.close();
      return;
    }
    await this.close();
    this.#opened = rival;
  }

  async #referenceOfProcessor(): Promise<Reference> {
    if (this.#reference !== undefined) return this.#reference;
    const model = await this.#openOnProcessor();
    this.#reference = await referenceOf(model);
    const outcome = { kind: 'works', ...(await measureSpeed(model)) } as const;
    this.#records.set('cpu', { device: 'cpu', hardware: processorLabel(await this.#threads()), outcome });
    return this.#reference;
  }

  async #openOnProcessor(): Promise<Model> {
    if (this.#opened?.device === 'cpu') return this.#opened;
    await this.close();
    return (this.#opened = await this.#tryOn('cpu'));
  }

  /** False where a device that worked before does so no more. */
  async #openOn(device: Device): Promise<boolean> {
    if (this.#opened?.device === device) return true;
    await this.close();
    try {
      this.#opened = await this.#tryOn(device);
      return true;
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'device') throw error;
      this.#passedOver.set(device, sentenceOf(error));
      return false;
    }
  }

  async #tryOn(device: Device): Promise<Model> {
    const { modelFolder } = this.#options;
    const nThreads = await this.#threads();
    return this.#recorded(device, async () => {
      const model = await Model.load(modelFolder, { nThreads, device });
      try {
        await runOnce(model);
        return model;
      } catch (error) {
        await model.close();
        throw device === 'cpu' ? error : deviceFailure(messageOf(error));
      }
    });
  }

  /** What may end the process leaves a record of what it was. */
  async #recorded<T>(device: Device, work: () => Promise<T>): Promise<T> {
    this.#latch?.set({ modelFolder: this.#options.modelFolder, device });
    try {
      return await work();
    } finally {
      this.#latch?.clear();
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.close();
  }

  /** What the user says; otherwise what is fastest here, measured once where the answer can be kept. */
  async #threads(): Promise<number> {
    const { nThreads, modelFolder, stateFolder } = this.#options;
    if (nThreads > 0) return nThreads;
    if (stateFolder === undefined) return defaultThreads();
    return (this.#nThreads ??= await this.#recorded('cpu', () => bestThreads(modelFolder)));
  }

  async #result(device: Device, maxChunkTokens?: number): Promise<OpenModel> {
    const { device: wanted } = this.#options;
    const nThreads = await this.#threads();
    const record = this.#records.get(device);
    const isAsWished = wanted === 'auto' || wanted === 'cpu' || wanted === device;
    const problem = isAsWished
      ? undefined
      : (this.#passedOver.get(wanted) ?? problemOf(this.#records.get(wanted)));
    return {
      ...{
        model: present(this.#opened, 'model'),
        considered: reportsOf(this.#records.values(), this.#passedOver),
      },
      hardware: device === 'cpu' ? processorLabel(nThreads) : (record?.hardware ?? DEVICE_LABELS[device]),
      ...(maxChunkTokens !== undefined && { maxChunkTokens }),
      ...(!isAsWished && problem !== undefined && { notice: whyNot(wanted, problem) }),
    };
  }
}

/** Brings the weights into memory. Whatever would fail or crash at work does so now. */
async function runOnce(model: Model): Promise<void> {
  const cache = model.newCache();
  await model.forward(cache, [0]);
  cache.dispose();
}

async function offeredDevices(): Promise<Device[]> {
  const offered = await offeredProviders();
  return DEVICES.filter((device) => offered.includes(PROVIDERS[device]));
}

async function startDevice(device: Device): Promise<void> {
  await startProvider(PROVIDERS[device]).catch((error: unknown) => {
    throw deviceFailure(messageOf(error));
  });
}

function completionMs({ outcome }: DeviceRecord): number {
  return outcome.kind === 'works' ? outcome.completionMs : Infinity;
}

function sentenceOf({ sentence }: UserError): Sentence {
  return typeof sentence === 'string' ? say`${sentence}` : sentence;
}
