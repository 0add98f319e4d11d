/** The devices that were considered for a model, and why one was not taken, for people. */
import { say, type Sentence } from '../../base/sentence.ts';
import { DEVICE_LABELS, type Device, type DeviceReport } from '../../model/device.ts';
import type { DeviceRecord } from './deviceRecords.ts';

/** @param passedOver devices that were not tried this time, and why */
export function reportsOf(
  records: Iterable<DeviceRecord>,
  passedOver: ReadonlyMap<Device, Sentence>,
): DeviceReport[] {
  const known = [...records]
    .filter(({ device }) => !passedOver.has(device))
    .map(({ device, hardware, outcome }) => ({
      ...{ device, hardware },
      ...(outcome.kind === 'works'
        ? { tokensPerSecond: outcome.tokensPerSecond }
        : { problem: outcome.problem }),
    }));
  const others = [...passedOver].map(([device, problem]) => ({
    ...{ device, hardware: DEVICE_LABELS[device], problem },
  }));
  return [...known, ...others];
}

export function problemOf(record: DeviceRecord | undefined): Sentence {
  return record?.outcome.kind === 'fails' ? record.outcome.problem : say`it failed`;
}

export function whyNot(wanted: Device, problem: Sentence): Sentence {
  return say`${DEVICE_LABELS[wanted]} was asked for, and the model runs on the processor: ${problem}.`;
}
