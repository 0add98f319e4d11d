/** What a model can run on. Plain data: it crosses threads. */
import type { Sentence } from '../base/sentence.ts';

/** In the order in which they are tried. */
export const DEVICES = ['webgpu', 'cuda', 'directml', 'cpu'] as const;

export type Device = (typeof DEVICES)[number];

/** As people call them. */
export const DEVICE_LABELS: Readonly<Record<Device, string>> = {
  ...{ webgpu: 'WebGPU', cuda: 'CUDA', directml: 'DirectML', cpu: 'CPU' },
};

/** Those that nobody has run on real hardware yet; people should know. WebGPU has run on one NVIDIA H200. */
export const UNTESTED: readonly Device[] = ['cuda', 'directml'];

/** `auto`: whatever has proved to be right and fast here; otherwise one, or else a sentence that says why not. */
export type DeviceSetting = 'auto' | Device;

export type LoadOptions = {
  readonly modelFolder: string;
  /** Of the processor. 0: as many as the machine has, up to a limit. */
  readonly nThreads: number;
  readonly device: DeviceSetting;
  /** Where is kept what was learned of this machine's devices; without it every load begins from nothing. */
  readonly stateFolder?: string;
  /** Devices that ended a process with this model: not tried. */
  readonly avoided?: readonly Device[];
  /** What was learned before is learned again. */
  readonly afresh?: boolean;
};

/** A device that was considered for a model. */
export type DeviceReport = {
  readonly device: Device;
  /** "NVIDIA GeForce RTX 4070", "AMD EPYC 9R45, 2 threads" */
  readonly hardware: string;
  /** Tokens generated in a second, measured when the model was first used on it. */
  readonly tokensPerSecond?: number;
  /** Why it was not taken. */
  readonly problem?: Sentence;
};
