/** Slices of a made-up chest as DICOM files: no file of anybody's is needed. */
import type { Page } from 'playwright-core';

export interface Wanted {
  slices: number;
  /** Rows and columns. */
  size: number;
  /** Millimetres between pixels. */
  spacing: number;
  name: string;
  birthDate: string;
  study: string;
  /** DICOM's date; 20 Nov 2026 where nothing is said. */
  date?: string;
  /** Millimetres between slices, 2 where nothing is said, and where the first lies. */
  step?: number;
  from?: number;
}

/** Drops the slices on the element that the selector names. */
export async function dropSlices(page: Page, selector: string, wanted: Wanted): Promise<void> {
  const files = Array.from({ length: wanted.slices }, (_, slice) => Buffer.from(madeSlice(wanted, slice)).toString('base64'));
  await page.evaluate(
    ({ on, given }) => {
      const transfer = new DataTransfer();
      for (const [index, file] of given.entries()) {
        const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
        transfer.items.add(new File([bytes], `${index + 1}.dcm`, { type: 'application/dicom' }));
      }
      document
        .querySelector(on)
        ?.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
    },
    { on: selector, given: files },
  );
}

const text = new TextEncoder();
const long = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);

/** Explicit VR little endian (PS3.5 7.1.2); values are padded to even length. */
function element(tag: string, vr: string, value: string | Uint8Array): Uint8Array {
  const raw = typeof value === 'string' ? text.encode(value) : value;
  const body = new Uint8Array(raw.length + (raw.length % 2)).fill(vr === 'UI' || vr === 'OB' ? 0 : 32);
  body.set(raw);
  const head = new DataView(new ArrayBuffer(long.has(vr) ? 12 : 8));
  head.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), true);
  head.setUint16(2, Number.parseInt(tag.slice(4), 16), true);
  head.setUint8(4, vr.charCodeAt(0));
  head.setUint8(5, vr.charCodeAt(1));
  if (long.has(vr)) head.setUint32(8, body.length, true);
  else head.setUint16(6, body.length, true);
  return Buffer.concat([new Uint8Array(head.buffer), body]);
}

function short(value: number): Uint8Array {
  return new Uint8Array(Uint16Array.of(value).buffer);
}

/** Two lungs and a spine in a body of some noise. */
function pixels(size: number, slice: number): Uint8Array {
  const values = new Uint16Array(size * size);
  const half = size / 2;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [(column - half) / (0.86 * half), (row - half) / (0.66 * half)];
      let hounsfield = x * x + y * y < 1 ? 40 + ((column * 7 + row * 13 + slice * 5) % 21) : -1000;
      for (const side of [-0.45, 0.45]) {
        if ((x - side) ** 2 / 0.1 + (y * y) / 0.4 < 1) hounsfield = -820 + ((column * 3 + row * 11) % 60);
      }
      if (x * x + (y - 0.7) ** 2 < 0.015) hounsfield = 700;
      values[row * size + column] = hounsfield + 1024;
    }
  }
  return new Uint8Array(values.buffer);
}

/** One file of the series. */
export function madeSlice(
  { size, spacing, name, birthDate, study, date = '20261120', step = 2, from = 0 }: Wanted,
  slice: number,
): Uint8Array {
  const uid = (...parts: number[]) => [study, ...parts].join('.');
  const meta = Buffer.concat([
    element('00020001', 'OB', Uint8Array.of(0, 1)),
    element('00020002', 'UI', '1.2.840.10008.5.1.4.1.1.2'),
    element('00020003', 'UI', uid(1, slice + 1)),
    element('00020010', 'UI', '1.2.840.10008.1.2.1'),
    element('00020012', 'UI', '1.2.826.0.1.3680043.10.1'),
  ]);
  const length = new Uint8Array(Uint32Array.of(meta.length).buffer);
  return Buffer.concat([
    new Uint8Array(128),
    text.encode('DICM'),
    element('00020000', 'UL', length),
    meta,
    element('00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2'),
    element('00080018', 'UI', uid(1, slice + 1)),
    element('00080020', 'DA', date),
    element('00080030', 'TM', '091200'),
    element('00080060', 'CS', 'CT'),
    element('00081030', 'LO', 'Made-up chest'),
    element('0008103E', 'LO', 'Soft tissue'),
    element('00100010', 'PN', name),
    element('00100020', 'LO', 'MADE-1'),
    element('00100030', 'DA', birthDate),
    element('00180015', 'CS', 'CHEST'),
    element('00180050', 'DS', String(step)),
    element('0020000D', 'UI', study),
    element('0020000E', 'UI', uid(1)),
    element('00200010', 'SH', '1'),
    element('00200011', 'IS', '1'),
    element('00200013', 'IS', String(slice + 1)),
    element('00200032', 'DS', `-100\\-100\\${from + slice * step}`),
    element('00200037', 'DS', '1\\0\\0\\0\\1\\0'),
    element('00200052', 'UI', uid(9)),
    element('00280002', 'US', short(1)),
    element('00280004', 'CS', 'MONOCHROME2'),
    element('00280010', 'US', short(size)),
    element('00280011', 'US', short(size)),
    element('00280030', 'DS', `${spacing}\\${spacing}`),
    element('00280100', 'US', short(16)),
    element('00280101', 'US', short(12)),
    element('00280102', 'US', short(11)),
    element('00280103', 'US', short(0)),
    element('00281050', 'DS', '40'),
    element('00281051', 'DS', '400'),
    element('00281052', 'DS', '-1024'),
    element('00281053', 'DS', '1'),
    element('00281054', 'LO', 'HU'),
    element('7FE00010', 'OW', pixels(size, slice)),
  ]);
}
