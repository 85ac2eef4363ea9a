/** Tables of the file that pixel values go through: palette (C.7.6.3.1.5), modality (C.11.1), VOI (C.11.2). */
import type { PixelPlan, Table } from '../facts.ts';
import { clean } from '../parse/charset.ts';
import type { DataSet } from '../parse/data-set.ts';
import { bytesOf, itemOf, itemsOf, lineOf } from '../parse/values.ts';
import type { PixelModule } from './module.ts';

const ENTRIES_MAX = 65_536;
const VOI_MAX = 8;

export function tablesOf(dataSet: DataSet, module: PixelModule): Pick<PixelPlan, 'palette' | 'modalityTable' | 'voiTables'> {
  const palette =
    module.photometric === 'PALETTE COLOR' || module.photometric === 'ARGB'
      ? [0, 1, 2].map((channel) => {
          const descriptor = 0x00281101 + channel;
          return (
            tableAt(dataSet, descriptor, 0x00281201 + channel, false) ?? segmentedAt(dataSet, descriptor, 0x00281221 + channel)
          );
        })
      : [];
  const [red, green, blue] = palette;
  const modality = itemOf(dataSet, 0x00283000);
  return {
    palette: red && green && blue ? [red, green, blue] : undefined,
    modalityTable: modality && tableAt(modality, 0x00283002, 0x00283006, module.signed),
    voiTables: itemsOf(dataSet, 0x00283010)
      .slice(0, VOI_MAX)
      .map((item) => tableAt(item, 0x00283002, 0x00283006, module.signed))
      .filter((table) => table !== undefined),
  };
}

/** Descriptor: number of entries (0 is 65,536), first value, bits of an entry. Its second value has the sign of the pixels, whatever its VR says. */
export function tableAt(dataSet: DataSet, descriptorTag: number, dataTag: number, signed: boolean): Table | undefined {
  const descriptor = dataSet.elements.get(descriptorTag);
  const data = dataSet.elements.get(dataTag);
  if (!descriptor || !data || descriptor.length < 6 || data.items || data.fragments) return undefined;
  const bytes = bytesOf(dataSet, descriptor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint16(0, dataSet.littleEndian) || ENTRIES_MAX;
  const first =
    signed || descriptor.vr === 'SS' ? view.getInt16(2, dataSet.littleEndian) : view.getUint16(2, dataSet.littleEndian);
  const said = view.getUint16(4, dataSet.littleEndian);
  // Entries stand in 16 bits, but for writers that pack 8-bit entries: then the length tells.
  const packed = data.length < count * 2;
  if (data.length < count) return undefined;
  return {
    first,
    count,
    bits: packed ? 8 : said > 8 ? Math.min(16, said) : said === 8 ? 8 : 16,
    at: [data.offset, data.length],
    explanation: clean(lineOf(dataSet, 0x00283003) ?? '').slice(0, 80) || undefined,
  };
}

function segmentedAt(dataSet: DataSet, descriptorTag: number, dataTag: number): Table | undefined {
  const data = dataSet.elements.get(dataTag);
  const descriptor = dataSet.elements.get(descriptorTag);
  if (!data || data.items || data.fragments || !descriptor || descriptor.length < 6) return undefined;
  const bytes = bytesOf(dataSet, descriptor);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    first: descriptor.vr === 'SS' ? view.getInt16(2, dataSet.littleEndian) : view.getUint16(2, dataSet.littleEndian),
    count: view.getUint16(0, dataSet.littleEndian) || ENTRIES_MAX,
    bits: view.getUint16(4, dataSet.littleEndian) === 8 ? 8 : 16,
    at: [data.offset, data.length],
    segmented: true,
  };
}

/** Entries as 16-bit numbers. @param bytes the table's bytes as they stand in the file */
export function tableEntries(table: Table, bytes: Uint8Array, littleEndian: boolean): Uint16Array {
  if (table.segmented) return expanded(table, bytes, littleEndian);
  const entries = new Uint16Array(table.count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed = bytes.byteLength < table.count * 2;
  for (let index = 0; index < table.count; index++)
    entries[index] = packed ? view.getUint8(index) : view.getUint16(index * 2, littleEndian);
  return entries;
}

/** Kinds of segments (PS3.3 C.7.9.2): values as they are, a ramp from the last value, and segments from elsewhere in the table again. */
const [DISCRETE, LINEAR, INDIRECT] = [0, 1, 2];

/** As far as the segments are right; the rest stays nought. */
function expanded({ count, bits }: Table, bytes: Uint8Array, littleEndian: boolean): Uint16Array {
  const entries = new Uint16Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unit = bits === 8 ? 1 : 2;
  const words = Math.floor(bytes.byteLength / unit);
  const word = (at: number) => (at >= words ? 0 : unit === 1 ? view.getUint8(at) : view.getUint16(at * 2, littleEndian));
  let filled = 0;
  const put = (value: number) => {
    if (filled < count) entries[filled++] = value;
  };
  const read = (from: number, segments: number, again: boolean): void => {
    let at = from;
    for (let done = 0; done < segments && at + 1 < words && filled < count; done++) {
      const [kind, length] = [word(at), word(at + 1)];
      at += 2;
      if (kind === DISCRETE) for (let end = at + length; at < end; at++) put(word(at));
      else if (kind === LINEAR) {
        const [start, end] = [entries[filled - 1] ?? 0, word(at++)];
        for (let step = 1; step <= length; step++) put(Math.round(start + ((end - start) * step) / length));
      } else if (kind === INDIRECT && !again) {
        // A number of bytes from the table's beginning, low half first.
        const low = unit === 1 ? word(at) + word(at + 1) * 256 : word(at);
        const high = unit === 1 ? word(at + 2) + word(at + 3) * 256 : word(at + 1);
        at += unit === 1 ? 4 : 2;
        read(Math.floor((low + high * 65_536) / unit), length, true);
      } else return;
    }
  };
  read(0, words, false);
  return entries;
}
