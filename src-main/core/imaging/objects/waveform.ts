/** Waveforms (PS3.3 C.10.9): channels in their physical unit. */
import type { Output } from '../../../../src-shared/contract/index.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { DataSet } from '../parse/data-set.ts';
import { openDicom } from '../parse/part10.ts';
import { bytesOf, dateTimeOf, itemOf, itemsOf, lineOf, numberOf, textOf, uint16Of } from '../parse/values.ts';
import { meaning } from './report.ts';

const CHANNELS_MAX = 64;
/** All channels of an answer, as 32-bit floats. */
const VALUES_MAX = 50_000_000;
const ANNOTATIONS_MAX = 500;
/** In mV, the unit in which an ECG is read. */
const MILLIVOLTS: Readonly<Record<string, number>> = { uV: 0.001, mV: 1, V: 1000, nV: 0.000001 };

/** @throws AppError `dicom-unsupported`, `dicom-damaged`, `file-too-large` */
export function readWaveform(bytes: Uint8Array): Output<'imaging.waveform'> {
  const { dataSet } = openDicom(bytes);
  const groups = itemsOf(dataSet, 0x54000100);
  if (groups.length === 0) throw new AppError('dicom-unsupported', { what: 'something else than waveforms' });
  const budget = { left: VALUES_MAX };
  return {
    title: lineOf(dataSet, 0x00081030) ?? lineOf(dataSet, 0x0008103e) ?? 'Waveform',
    acquiredAt: dateTimeOf(dataSet, 0x00080022, 0x00080032) ?? dateTimeOf(dataSet, 0x00080023, 0x00080033),
    groups: groups.map((group, index) => groupOf(group, index, budget)),
    annotations: itemsOf(dataSet, 0x0040b020)
      .slice(0, ANNOTATIONS_MAX)
      .map(annotationOf)
      .filter((one) => one.value !== ''),
  };
}

type Group = Output<'imaging.waveform'>['groups'][number];

function groupOf(group: DataSet, index: number, budget: { left: number }): Group {
  const count = uint16Of(group, 0x003a0005) ?? 0;
  const samples = numberOf(group, 0x003a0010) ?? 0;
  const rate = numberOf(group, 0x003a001a) ?? 0;
  const data = group.elements.get(0x54001010);
  const kind = lineOf(group, 0x54001006) ?? 'SS';
  const width = widths[kind];
  if (!data || data.items || !width || count === 0 || count > CHANNELS_MAX || samples === 0 || !(rate > 0))
    throw new AppError('dicom-damaged', { what: 'its waveform is not described' });
  if (data.length < count * samples * width) throw new AppError('dicom-damaged', { what: 'its waveform breaks off' });
  budget.left -= count * samples;
  if (budget.left < 0)
    throw new AppError('file-too-large', { size: 'its waveforms', limit: `${VALUES_MAX / 1e6} million values` });
  const bytes = bytesOf(group, data);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const padding = paddingOf(group, kind);
  const channels = itemsOf(group, 0x003a0200);
  return {
    label: lineOf(group, 0x003a0020) ?? `Group ${index + 1}`,
    samplesPerSecond: rate,
    samples,
    channels: Array.from({ length: count }, (_, channel) =>
      channelOf(
        channels[channel],
        channel,
        (sample) => readSample(view, (sample * count + channel) * width, kind, group.littleEndian),
        samples,
        padding,
      ),
    ),
  };
}

function channelOf(
  channel: DataSet | undefined,
  index: number,
  read: (sample: number) => number,
  samples: number,
  padding: number | undefined,
): Group['channels'][number] {
  const sensitivity = channel ? numberOf(channel, 0x003a0210) : undefined;
  const unitItem = channel && itemOf(channel, 0x003a0211);
  const code = unitItem && lineOf(unitItem, 0x00080100);
  const toMillivolts = code === undefined ? undefined : MILLIVOLTS[code];
  const scale = (sensitivity ?? 1) * ((channel && numberOf(channel, 0x003a0212)) ?? 1) * (toMillivolts ?? 1);
  const baseline = ((channel && numberOf(channel, 0x003a0213)) ?? 0) * (toMillivolts ?? 1);
  const values = new Float32Array(samples);
  for (let sample = 0; sample < samples; sample++) {
    const value = read(sample);
    values[sample] = value === padding ? Number.NaN : value * scale + baseline;
  }
  const source = channel && meaning(itemOf(channel, 0x003a0208));
  return {
    label: (channel && lineOf(channel, 0x003a0203)) ?? source?.replace(/^Lead /, '') ?? `Channel ${index + 1}`,
    unit: toMillivolts === undefined ? (code ?? '') : 'mV',
    values: new Uint8Array(values.buffer),
  };
}

const widths: Readonly<Record<string, number>> = { SB: 1, UB: 1, SS: 2, US: 2, SL: 4, UL: 4 };

function readSample(view: DataView, at: number, kind: string, little: boolean): number {
  switch (kind) {
    case 'SB':
      return view.getInt8(at);
    case 'UB':
      return view.getUint8(at);
    case 'US':
      return view.getUint16(at, little);
    case 'SL':
      return view.getInt32(at, little);
    case 'UL':
      return view.getUint32(at, little);
    default:
      return view.getInt16(at, little);
  }
}

function paddingOf(group: DataSet, kind: string): number | undefined {
  const element = group.elements.get(0x5400100a);
  const width = widths[kind] ?? 2;
  if (!element || element.items || element.length < width) return undefined;
  const bytes = bytesOf(group, element);
  return readSample(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, kind, group.littleEndian);
}

/** Measurements and statements of the machine: "QT interval 412 ms", "Sinus rhythm". */
function annotationOf(item: DataSet): { name: string; value: string } {
  const unit = itemOf(item, 0x004008ea);
  const number = lineOf(item, 0x0040a30a);
  const named = meaning(itemOf(item, 0x0040a043)) ?? '';
  const value =
    textOf(item, 0x00700006)?.slice(0, 1000) ??
    meaning(itemOf(item, 0x0040a168)) ??
    (number ? `${number} ${(unit && lineOf(unit, 0x00080100)) ?? ''}`.trim() : '');
  return { name: named, value };
}
