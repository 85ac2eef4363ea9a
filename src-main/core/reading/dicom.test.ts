import { describe, expect, it } from 'vitest';
import { isDicom, openDicom } from './dicom.ts';

/** A small film as a modality writes it: explicit little endian, 12 bits in 16, a patient of 4 years. */
function dicomFilm(photometric: 'MONOCHROME1' | 'MONOCHROME2', side = 32): Uint8Array {
  const parts: Buffer[] = [];
  const element = (group: number, number: number, vr: string, value: Buffer | string) => {
    const text =
      typeof value === 'string' ? Buffer.from(value.length % 2 ? `${value}${vr === 'UI' ? '\0' : ' '}` : value, 'latin1') : value;
    const long = vr === 'OW' || vr === 'OB';
    const head = Buffer.alloc(long ? 12 : 8);
    head.writeUInt16LE(group, 0);
    head.writeUInt16LE(number, 2);
    head.write(vr, 4, 'latin1');
    if (long) head.writeUInt32LE(text.length, 8);
    else head.writeUInt16LE(text.length, 6);
    return Buffer.concat([head, text]);
  };
  const short = (value: number) => Buffer.from(Uint16Array.of(value).buffer);
  const meta = [
    element(2, 2, 'UI', '1.2.840.10008.5.1.4.1.1.1.1'),
    element(2, 3, 'UI', '1.2.3.4'),
    element(2, 0x10, 'UI', '1.2.840.10008.1.2.1'),
  ];
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.concat(meta).length);
  parts.push(Buffer.alloc(128), Buffer.from('DICM'), element(2, 0, 'UL', length), ...meta);
  parts.push(
    element(8, 0x16, 'UI', '1.2.840.10008.5.1.4.1.1.1.1'),
    element(8, 0x18, 'UI', '1.2.3.4'),
    element(8, 0x60, 'CS', 'DX'),
  );
  parts.push(element(0x10, 0x1010, 'AS', '004Y'), element(0x20, 0xd, 'UI', '1.2.3'), element(0x20, 0xe, 'UI', '1.2.3.1'));
  parts.push(
    element(0x28, 2, 'US', short(1)),
    element(0x28, 4, 'CS', photometric),
    element(0x28, 0x10, 'US', short(side)),
    element(0x28, 0x11, 'US', short(side)),
  );
  parts.push(
    element(0x28, 0x100, 'US', short(16)),
    element(0x28, 0x101, 'US', short(12)),
    element(0x28, 0x102, 'US', short(11)),
    element(0x28, 0x103, 'US', short(0)),
  );
  parts.push(element(0x28, 0x1050, 'DS', '2000'), element(0x28, 0x1051, 'DS', '4000'));
  const pixels = Uint16Array.from({ length: side * side }, (_, at) => (at % side < side / 2 ? 0 : 4095));
  parts.push(element(0x7fe0, 0x10, 'OW', Buffer.from(pixels.buffer)));
  return new Uint8Array(Buffer.concat(parts));
}

describe('a film as DICOM', () => {
  it('comes out grey through its window, with the age, bright as on a light box', async () => {
    const bytes = dicomFilm('MONOCHROME2');
    expect(isDicom(bytes)).toBe(true);
    const { picture, width, height, ageYears } = await openDicom(bytes);
    expect([width, height, ageYears]).toEqual([32, 32, 4]);
    expect('data' in picture && [picture.data[0], picture.data[31]]).toEqual([0, 255]);
  });

  it('in MONOCHROME1 is turned over', async () => {
    const { picture } = await openDicom(dicomFilm('MONOCHROME1'));
    expect('data' in picture && [picture.data[0], picture.data[31]]).toEqual([255, 0]);
  });

  it('that breaks off is refused by name', async () => {
    await expect(openDicom(dicomFilm('MONOCHROME2').slice(0, 900))).rejects.toMatchObject({
      code: expect.stringMatching(/^dicom-/),
    });
  });
});
