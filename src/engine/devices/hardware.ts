/** What this machine's devices are called, and what would have to change for a measurement on them to be out of date. */
import { statSync, readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Device } from '../../model/device.ts';

/** Files and folders that change when a graphics driver does. Their names, sizes and times are looked at, no more. */
const DRIVER_TRACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    '/proc/driver/nvidia/version',
    '/usr/share/vulkan/icd.d',
    '/etc/vulkan/icd.d',
    '/sys/class/drm',
    ...(process.env['VK_ICD_FILENAMES'] ?? '').split(':').filter(Boolean),
  ],
  win32: [path.join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'DriverStore', 'FileRepository')],
};

/** Another text after an update of the system, of a driver, or of the runtime, or with another processor. */
export function fingerprint(runtimeVersion: string): string {
  const processor = `${os.cpus()[0]?.model.trim() ?? ''} x ${os.availableParallelism()}`;
  const traces = (DRIVER_TRACES[process.platform] ?? []).map(
    (trace) => `${path.basename(trace)}:${traceOf(trace)}`,
  );
  return [runtimeVersion, process.platform, os.release(), processor, ...traces].join(' | ');
}

function traceOf(trace: string): string {
  try {
    if (trace.startsWith('/proc/')) return readFileSync(trace, 'utf8').split('\n')[0] ?? '';
    const { mtimeMs, size } = statSync(trace);
    // Its time changes with every boot; what is in it says which cards there are.
    if (trace.startsWith('/sys/')) return readdirSync(trace).join(',');
    return `${size}@${mtimeMs.toFixed(0)}`;
  } catch {
    return '-';
  }
}

export function processorLabel(nThreads: number): string {
  return `CPU, ${nThreads} ${nThreads === 1 ? 'thread' : 'threads'}`;
}

/**
 * The name of the card that a device is, as far as the system tells: the one with the most memory of its own, which
 * is the one that runtimes prefer. It may start programs of the system, and takes up to some seconds.
 */
export async function hardwareOf(device: Exclude<Device, 'cpu'>): Promise<string> {
  try {
    const { graphics } = await import('systeminformation');
    const { controllers } = await graphics();
    const cards = controllers
      .filter(({ model, vendor }) => device !== 'cuda' || /nvidia/i.test(`${vendor} ${model}`))
      .sort((a, b) => (b.vram ?? 0) - (a.vram ?? 0));
    const [card] = cards;
    if (card === undefined) return 'GPU';
    return card.vendor === '' || card.model.startsWith(card.vendor)
      ? card.model
      : `${card.vendor} ${card.model}`;
  } catch {
    return 'GPU';
  }
}
