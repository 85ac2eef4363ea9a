/** The thread that meets bytes from outside: opens documents, draws their pages, straightens scans. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import { rulesOf } from '../clean/rules.ts';
import { straighten } from '../clean/straighten.ts';
import { limits } from '../limits.ts';
import type { Grey } from '../page.ts';
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
  if (picture !== null) return scanned(await picture.decode(index));
  if (pdf === null) throw new AppError('document-broken');
  const rendered = pdf.render(index);
  const layer = soundLayer(rendered);
  return layer === null ? scanned(rendered.image) : { image: rendered.image, rotation: 0, rules: rulesOf(rendered.image), layer };
}

function scanned(image: Grey): DecodedPage {
  const straight = straighten(image);
  return { ...straight, rules: rulesOf(straight.image), layer: null };
}
