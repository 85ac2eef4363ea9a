/** Encapsulated documents (PS3.3 A.45): the file inside, and a page of a PDF as a picture. */
import { PDFiumLibrary } from '@hyzyla/pdfium';
import sharp from 'sharp';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { openDicom } from '../parse/part10.ts';
import { bytesOf, lineOf } from '../parse/values.ts';

const DPI = 150;
const POINTS_PER_INCH = 72;
const PIXELS_MAX = 8_000_000;
/** So that the picture goes over in one message. */
const PICTURE_BYTES_MAX = 1_000_000;

/** @throws AppError `dicom-unsupported`, `dicom-damaged` */
export function encapsulated(bytes: Uint8Array): { title: string; mediaType: string; content: Uint8Array } {
  const { dataSet } = openDicom(bytes);
  const element = dataSet.elements.get(0x00420011);
  if (!element || element.items) throw new AppError('dicom-unsupported', { what: 'something else than a document' });
  const whole = element.fragments
    ? Buffer.concat(element.fragments.slice(1).map(({ offset, length }) => dataSet.bytes.subarray(offset, offset + length)))
    : bytesOf(dataSet, element);
  return { title: lineOf(dataSet, 0x00420010) ?? 'Document', mediaType: lineOf(dataSet, 0x00420012) ?? '', content: whole };
}

/** @param page from 1. @throws AppError `dicom-unsupported`, `document-broken`, `not-found` */
export async function readDocument(bytes: Uint8Array, page: number): Promise<Output<'imaging.document'>> {
  const { title, mediaType, content } = encapsulated(bytes);
  if (String.fromCharCode(...content.subarray(0, 5)) !== '%PDF-')
    throw new AppError('dicom-unsupported', { what: `a document of the kind ${mediaType.slice(0, 60) || 'unknown'}` });
  const library = await PDFiumLibrary.init();
  try {
    const document = await library.loadDocument(content).catch((cause: unknown) => {
      throw new AppError('document-broken', {}, { cause });
    });
    const pages = document.getPageCount();
    if (page > pages) throw new AppError('not-found', { what: 'page' });
    const one = document.getPage(page - 1);
    const size = one.getOriginalSize();
    const scale = Math.min(DPI / POINTS_PER_INCH, Math.sqrt(PIXELS_MAX / Math.max(1, size.originalWidth * size.originalHeight)));
    const { data, width, height } = await one.render({
      scale,
      render: ({ data: raw, width: columns, height: rows }) => picture(raw, columns, rows),
    });
    return { title, pages, bytes: new Uint8Array(data), mediaType: 'image/jpeg', width, height };
  } finally {
    library.destroy();
  }
}

async function picture(raw: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  for (const quality of [88, 70, 50]) {
    const jpeg = await sharp(raw, { raw: { width, height, channels: 4 } })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality })
      .toBuffer();
    if (jpeg.byteLength <= PICTURE_BYTES_MAX || quality === 50) return jpeg;
  }
  throw new AppError('document-broken');
}
