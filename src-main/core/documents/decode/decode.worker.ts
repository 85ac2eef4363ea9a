/** The thread that meets bytes from outside: opens documents, draws their pages, straightens scans. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { straighten } from '../clean/straighten.ts';
import { limits } from '../limits.ts';
import { kindOf } from './kind.ts';
import { type OpenPdf, openPdf } from './pdf.ts';
import { type OpenPicture, openPicture } from './picture.ts';
import type { DecodeAsk, DecodedPage } from './protocol.ts';
import { serve } from './serve.ts';
import { soundLayer } from './text-layer.ts';

let pdf: OpenPdf | null = null;
let picture: OpenPicture | null = null;

serve<DecodeAsk>(async (ask) => {
  if ('open' in ask) return { result: { pages: await open(ask.open) } };
  const page = await decode(ask.page);
  return { result: page, transfer: [page.image.data.buffer as ArrayBuffer] }; // made here, never shared memory
});

async function open(bytes: Uint8Array): Promise<number> {
  const kind = kindOf(bytes);
  if (kind === 'pdf') pdf = await openPdf(bytes);
  else if (kind === 'jpeg' || kind === 'png' || kind === 'tiff') picture = await openPicture(bytes);
  else throw new AppError('document-unsupported');
  const pages = pdf?.pages ?? picture?.pages ?? 0;
  if (pages > limits.pages) throw new AppError('document-too-long', { pages, limit: limits.pages });
  return pages;
}

async function decode(index: number): Promise<DecodedPage> {
  if (picture !== null) return { ...straighten(await picture.decode(index)), layer: null };
  if (pdf === null) throw new AppError('document-broken');
  const rendered = pdf.render(index);
  const layer = soundLayer(rendered);
  if (layer !== null) return { image: rendered.image, rotation: 0, layer };
  return { ...straighten(rendered.image), layer: null };
}
