/** Curves in millimetres of ECG paper: 25 mm a second, 10 mm a millivolt. */
import type { Output } from '../../src-shared/contract/index.ts';

const MM_PER_SECOND = 25;
const MM_PER_MILLIVOLT = 10;

export interface Lead {
  label: string;
  unit: string;
  values: Float32Array;
}

export function leadsIn({ channels }: Output<'imaging.waveform'>['groups'][number]): Lead[] {
  return channels.map(({ label, unit, values }) => ({ label, unit, values: new Float32Array(values.slice().buffer) }));
}

/** Millimetres a unit. What is not a voltage fills the height it has. */
export function scaleOf({ unit, values }: Lead, heightMm: number): number {
  const volts = new Map([
    ['mV', 1],
    ['uV', 0.001],
    ['µV', 0.001],
    ['V', 1000],
  ]).get(unit);
  if (volts !== undefined) return MM_PER_MILLIVOLT * volts;
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most > 0 ? heightMm / 2 / most : 1;
}

/** An SVG path, x from the first sample, y upwards positive. Points that lie closer than a tenth of a millimetre are drawn as the range they cover. */
export function curvePath(values: ArrayLike<number>, samplesPerSecond: number, scale: number): string {
  const perMm = samplesPerSecond / MM_PER_SECOND;
  const bundle = Math.max(1, Math.floor(perMm / 10));
  const parts: string[] = [];
  for (let start = 0; start < values.length; start += bundle) {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let index = start; index < Math.min(values.length, start + bundle); index++) {
      const value = values[index] ?? 0;
      if (value < low) low = value;
      if (value > high) high = value;
    }
    const x = (start / perMm).toFixed(2);
    const rising = (values[start] ?? 0) <= (values[Math.min(values.length - 1, start + bundle - 1)] ?? 0);
    for (const value of low === high ? [low] : rising ? [low, high] : [high, low])
      parts.push(`${parts.length === 0 ? 'M' : 'L'}${x} ${(-value * scale).toFixed(2)}`);
  }
  return parts.join('');
}
