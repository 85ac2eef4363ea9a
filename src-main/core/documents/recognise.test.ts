/** What a clinic would lose: a scan read wrongly or not at all, or a bad file that gives no sentence. */
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../src-shared/errors/index.ts';
import { quarterTurns, shrink, turnBy } from './clean/raster.ts';
import { openPdf } from './decode/pdf.ts';
import { closeEngines } from './engines/close.ts';
import { jpegOf, photographed, picturePdf, scanned, textPdf } from './made-up.ts';
import type { Grey } from './page.ts';
import { recogniseDocument } from './recognise.ts';

const LINES = [
  '# Outpatient letter',
  'Patient: Mr Invented Person, born 14/03/1952, seen on 06/01/2026.',
  'Blood pressure 148/86 mmHg, pulse 104/min, weight 68.4 kg.',
  'Amlodipine 5 mg by mouth once daily in the morning.',
  'Metformin 500 mg by mouth twice daily with the meals.',
];
const NUMBERS = ['14/03/1952', '06/01/2026', '148/86', '104/min', '68.4', '5', '500'];

async function drawn(lines = LINES, longest = 1500): Promise<Grey> {
  return shrink((await openPdf(textPdf([lines]))).render(0).image, longest).image;
}

async function errorOf(bytes: Uint8Array, signal?: AbortSignal): Promise<AppError> {
  const thrown = await recogniseDocument(bytes, { engine: 'both', signal }).catch((cause: unknown) => cause);
  if (!(thrown instanceof AppError)) throw thrown;
  return thrown;
}

afterAll(closeEngines);

describe('reading', () => {
  it('takes a sound text layer as it is, with boxes', async () => {
    const { pages } = await recogniseDocument(textPdf([LINES, ['Page two of the letter, with enough text to count.']]), {
      engine: 'both',
    });
    expect(pages.map((page) => page.source)).toEqual(['text-layer', 'text-layer']);
    expect(pages[0]?.text).toBe(LINES.join('\n').replace('# ', ''));
    const word = pages[0]?.words.find((one) => one.text === '148/86');
    expect(word).toMatchObject({ confidence: 1, doubtful: false, line: 2 });
    expect((word?.box[2] ?? 0) - (word?.box[0] ?? 0)).toBeGreaterThan(50);
  });

  it('works off a stack of letters two by two, and one that is called off while it waits is not read', async () => {
    const events: string[] = [];
    const abort = new AbortController();
    const read = (name: string, signal?: AbortSignal) =>
      recogniseDocument(textPdf([LINES]), {
        engine: 'both',
        signal,
        onProgress: ({ done }) => events.push(`${name} ${done}`),
      }).then(
        () => 'read',
        (thrown: unknown) => (thrown instanceof AppError ? thrown.code : String(thrown)),
      );
    const all = [read('a'), read('b'), read('c'), read('d', abort.signal)];
    abort.abort(new AppError('cancelled'));
    expect(await Promise.all(all)).toEqual(['read', 'read', 'read', 'cancelled']);
    const [opened, ended] = [events.indexOf('c 0'), Math.min(events.indexOf('a 1'), events.indexOf('b 1'))];
    expect(opened).toBeGreaterThan(ended);
    expect(events.filter((event) => event.startsWith('d'))).toEqual([]);
  });

  it('reads a crooked two-page scan in a PDF, and every number unmarked or right', async () => {
    const progress: number[] = [];
    const page = await drawn();
    const bytes = await picturePdf([scanned(turnBy(page, 2.3)), scanned(page, 2)]);
    const { pages } = await recogniseDocument(bytes, { engine: 'both', onProgress: ({ done }) => progress.push(done) });
    expect(pages.map((one) => [one.page, one.source, one.language])).toEqual([
      [1, 'recognised', 'eng'],
      [2, 'recognised', 'eng'],
    ]);
    expect(pages[0]?.rotation).toBeCloseTo(-2.3, 0);
    for (const one of pages) for (const number of NUMBERS) expect(one.text).toContain(number);
    expect(progress).toEqual([0, 0.5, 1]);
  });

  it('reads a TIFF scanned upside down and says how far it was turned', async () => {
    const { width, height, data } = quarterTurns(await drawn(), 2);
    const tiff = await sharp(data, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .threshold(140)
      .tiff({ compression: 'ccittfax4', bitdepth: 1 })
      .toBuffer();
    const { pages } = await recogniseDocument(tiff, { engine: 'both' });
    expect(Math.abs(pages[0]?.rotation ?? 0)).toBe(180);
    for (const number of NUMBERS) expect(pages[0]?.text).toContain(number);
  });

  it('cuts a photographed sheet out of a shadowed picture and reads it', async () => {
    const { pages } = await recogniseDocument(await jpegOf(photographed(await drawn())), { engine: 'both' });
    for (const number of NUMBERS) expect(pages[0]?.text).toContain(number);
    expect(await sharp(pages[0]?.image.bytes).metadata()).toMatchObject({
      format: 'jpeg',
      width: pages[0]?.width,
      height: pages[0]?.height,
    });
  });

  it('finds out that a letter is Spanish', async () => {
    const lines = [
      'El paciente fue dado de alta con el tratamiento de la farmacia del hospital.',
      'Metformina 850 mg por la noche, una vez al día, sin cambios desde enero.',
    ];
    const { pages } = await recogniseDocument(await jpegOf(await drawn(lines)), { engine: 'neural' });
    expect(pages[0]?.language).toBe('spa');
  });

  it('gives an empty text for a blank page', async () => {
    const { pages } = await recogniseDocument(await jpegOf(await drawn([])), { engine: 'both' });
    expect(pages[0]).toMatchObject({ text: '', words: [] });
  });
});

describe('bad input', () => {
  const letters = (text: string) => new TextEncoder().encode(text);

  it.each([
    ['nothing at all', new Uint8Array(), 'document-empty'],
    ['something else', letters('hello, this is no document'), 'document-unsupported'],
    ['a GIF', letters('GIF89a...............'), 'document-unsupported'],
    ['a PDF in shreds', letters('%PDF-1.7\n1 0 obj << nothing here'), 'document-broken'],
    ['a JPEG of three bytes', new Uint8Array([0xff, 0xd8, 0xff]), 'image-truncated'],
    [
      'a PNG that is none',
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3, 4, 5, 6, 7, 8]),
      'image-unreadable',
    ],
  ])('says what is wrong with %s', async (_, bytes, code) => {
    expect((await errorOf(bytes)).code).toBe(code);
  });

  it('refuses a PDF with a password', async () => {
    const locked = Buffer.from(textPdf([LINES])).toString('latin1');
    const key = '<' + '5a'.repeat(32) + '>';
    const entry = `/Encrypt << /Filter /Standard /V 1 /R 2 /O ${key} /U ${key} /P -4 >> /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]`;
    expect((await errorOf(Buffer.from(locked.replace('/Root 1 0 R', `/Root 1 0 R ${entry}`), 'latin1'))).code).toBe(
      'document-encrypted',
    );
  });

  it('refuses 500 pages with their number and the limit', async () => {
    const error = await errorOf(textPdf(Array.from({ length: 500 }, () => ['A page'])));
    expect(error).toMatchObject({ code: 'document-too-long', details: { pages: 500, limit: 200 } });
  });

  it('refuses 300 megapixels before decoding any', async () => {
    expect(await errorOf(hugePng(20_000, 15_000))).toMatchObject({
      code: 'image-too-large',
      details: { megapixels: 300, limit: 100 },
    });
  });

  it('tells a picture that breaks off', async () => {
    const whole = await jpegOf(await drawn());
    expect((await errorOf(whole.subarray(0, whole.length / 2))).code).toBe('image-truncated');
  });

  it('names a language that is not installed', async () => {
    const asked = recogniseDocument(await jpegOf(await drawn()), { engine: 'both', language: 'eng+deu' });
    await expect(asked).rejects.toMatchObject({ code: 'language-missing', details: { language: 'deu' } });
  });

  it('stops when it is cancelled, before and during', async () => {
    const bytes = await picturePdf([await drawn(), await drawn(), await drawn()]);
    expect((await errorOf(bytes, AbortSignal.abort())).code).toBe('cancelled');
    const controller = new AbortController();
    const reading = recogniseDocument(bytes, { engine: 'both', signal: controller.signal, onProgress: () => controller.abort() });
    await expect(reading).rejects.toMatchObject({ code: 'cancelled' });
  });
});

/** The header of a PNG of any size, with nothing behind it. */
function hugePng(width: number, height: number): Uint8Array {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(8)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
