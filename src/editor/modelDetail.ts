/** What a loaded model runs on and how fast, for the status bar and the menu. A sentence a line. */
import { say, type Sentence } from '../base/sentence.ts';
import { DEVICE_LABELS, UNTESTED, type DeviceReport } from '../model/device.ts';
import type { ModelSummary } from '../model/generation.ts';

/** @param recentSpeed tokens a second of the last generations, once there have been some */
export function modelDetail(model: ModelSummary, recentSpeed: number | undefined): Sentence[] {
  const { name, precision, device, considered } = model;
  const calibrated = considered.find((report) => report.device === device)?.tokensPerSecond;
  const others = considered.filter((report) => report.device !== device);
  const place = say`on ${placeOf(model)}`;
  const speed = recentSpeed ?? calibrated;
  const running = speed === undefined ? place : say`${place}, ${speed.toFixed(0)} tokens/s`;
  return [
    say`${name}, ${precision}`,
    others.flatMap(slower).reduce((line, other) => say`${line}; ${other}`, running),
    ...others.flatMap(refused),
  ];
}

/** The processor is called one already. */
function placeOf({ device, hardware }: Pick<DeviceReport, 'device' | 'hardware'>): Sentence {
  if (device === 'cpu') return say`${hardware}`;
  const label = DEVICE_LABELS[device];
  return UNTESTED.includes(device)
    ? say`${hardware} (${label}, untested on real hardware)`
    : say`${hardware} (${label})`;
}

function slower({ device, tokensPerSecond }: DeviceReport): Sentence[] {
  return tokensPerSecond === undefined
    ? []
    : [say`${DEVICE_LABELS[device]} ${tokensPerSecond.toFixed(0)} tokens/s`];
}

function refused({ device, problem }: DeviceReport): Sentence[] {
  return problem === undefined ? [] : [say`${DEVICE_LABELS[device]}: ${problem}`];
}
