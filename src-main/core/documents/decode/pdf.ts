import { PDFiumModule } from '@hyzyla/pdfium';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { limits } from '../limits.ts';
import type { Box, Grey } from '../page.ts';

const PASSWORD_ERRORS = [4, 5]; // FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY of fpdfview.h
const FORMAT_GREY = 1; // FPDFBitmap_Gray
const ANNOTATIONS_AND_GREY = 0x01 | 0x08; // FPDF_ANNOT | FPDF_GRAYSCALE
const OBJECT_IMAGE = 3; // FPDF_PAGEOBJ_IMAGE
const DPI = 300;
const DPI_RANGE = [100, 400] as const;
const POINTS_PER_INCH = 72;

/** PDFium's C interface (fpdfview.h, fpdf_text.h, fpdf_edit.h) as far as it is used; the package's own typings cover a part of it. */
interface Pdfium {
  _FPDF_InitLibraryWithConfig(config: object): void;
  _FPDF_LoadMemDocument(pointer: number, size: number, password: number): number;
  _FPDF_GetLastError(): number;
  _FPDF_GetPageCount(document: number): number;
  _FPDF_CloseDocument(document: number): void;
  _FPDF_LoadPage(document: number, index: number): number;
  _FPDF_ClosePage(page: number): void;
  _FPDF_GetPageWidth(page: number): number;
  _FPDF_GetPageHeight(page: number): number;
  _FPDFPage_CountObjects(page: number): number;
  _FPDFPage_GetObject(page: number, index: number): number;
  _FPDFPageObj_GetType(object: number): number;
  _FPDFPageObj_GetBounds(object: number, left: number, bottom: number, right: number, top: number): number;
  _FPDFImageObj_GetImagePixelSize(object: number, width: number, height: number): number;
  _FPDFBitmap_CreateEx(width: number, height: number, format: number, pointer: number, stride: number): number;
  _FPDFBitmap_FillRect(bitmap: number, left: number, top: number, width: number, height: number, colour: number): void;
  _FPDFBitmap_Destroy(bitmap: number): void;
  _FPDF_RenderPageBitmap(
    bitmap: number,
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    flags: number,
  ): void;
  _FPDF_PageToDevice(
    page: number,
    x: number,
    y: number,
    width: number,
    height: number,
    rotate: number,
    pageX: number,
    pageY: number,
    deviceX: number,
    deviceY: number,
  ): number;
  _FPDFText_LoadPage(page: number): number;
  _FPDFText_ClosePage(text: number): void;
  _FPDFText_CountChars(text: number): number;
  _FPDFText_GetUnicode(text: number, index: number): number;
  _FPDFText_HasUnicodeMapError(text: number, index: number): number;
  _FPDFText_GetLooseCharBox(text: number, index: number, rectangle: number): number;
  wasmExports: { malloc(size: number): number; free(pointer: number): void };
  HEAPU8: Uint8Array;
}

/** A character of the text layer, its box in pixels of the rendered page. */
export interface LayerCharacter {
  text: string;
  box: Box;
}

export interface RenderedPage {
  image: Grey;
  characters: LayerCharacter[];
  /** Share of characters whose font does not say which letter they stand for. */
  unmapped: number;
  /** Share of the page covered by pictures, 0 to 1. */
  pictured: number;
}

export interface OpenPdf {
  pages: number;
  /** @param index from 0 */
  render(index: number): RenderedPage;
}

/** Opens a PDF in memory. Throws `document-encrypted`, `document-broken`, `document-empty`. */
export async function openPdf(bytes: Uint8Array): Promise<OpenPdf> {
  // The object that emscripten gives has all exported functions; the package types only those that it uses itself.
  const pdfium = (await PDFiumModule({})) as unknown as Pdfium;
  pdfium._FPDF_InitLibraryWithConfig({ version: 2 });
  const at = pdfium.wasmExports.malloc(bytes.length);
  if (at === 0) throw new AppError('document-broken');
  pdfium.HEAPU8.set(bytes, at);
  const document = pdfium._FPDF_LoadMemDocument(at, bytes.length, 0);
  if (document === 0)
    throw new AppError(PASSWORD_ERRORS.includes(pdfium._FPDF_GetLastError()) ? 'document-encrypted' : 'document-broken');
  const pages = pdfium._FPDF_GetPageCount(document);
  if (pages === 0) throw new AppError('document-empty');
  return { pages, render: (index) => renderPage(pdfium, document, index) };
}

function renderPage(pdfium: Pdfium, document: number, index: number): RenderedPage {
  const page = pdfium._FPDF_LoadPage(document, index);
  if (page === 0) throw new AppError('document-broken');
  try {
    const points = { width: pdfium._FPDF_GetPageWidth(page), height: pdfium._FPDF_GetPageHeight(page) };
    if (!(points.width > 0 && points.height > 0)) throw new AppError('document-broken');
    const { dpi, pictured } = resolutionOf(pdfium, page, points);
    const scale = Math.min(dpi / POINTS_PER_INCH, Math.sqrt(limits.workingPixels / (points.width * points.height)));
    const width = Math.max(1, Math.round(points.width * scale));
    const height = Math.max(1, Math.round(points.height * scale));
    const image = raster(pdfium, page, width, height);
    return { image, pictured, ...layerOf(pdfium, page, width, height) };
  } finally {
    pdfium._FPDF_ClosePage(page);
  }
}

function raster(pdfium: Pdfium, page: number, width: number, height: number): Grey {
  const at = pdfium.wasmExports.malloc(width * height);
  if (at === 0) throw new AppError('document-broken');
  const bitmap = pdfium._FPDFBitmap_CreateEx(width, height, FORMAT_GREY, at, width);
  try {
    pdfium._FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xffffffff);
    pdfium._FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, ANNOTATIONS_AND_GREY);
    return { width, height, data: pdfium.HEAPU8.slice(at, at + width * height) };
  } finally {
    pdfium._FPDFBitmap_Destroy(bitmap);
    pdfium.wasmExports.free(at);
  }
}

/** A scanned page is rendered at the resolution of its largest picture, so that nothing is resampled twice. */
function resolutionOf(
  pdfium: Pdfium,
  page: number,
  points: { width: number; height: number },
): { dpi: number; pictured: number } {
  const at = pdfium.wasmExports.malloc(24);
  try {
    let largest = 0;
    let dpi: number = DPI;
    let covered = 0;
    const objects = Math.min(pdfium._FPDFPage_CountObjects(page), 2000);
    for (let i = 0; i < objects; i++) {
      const object = pdfium._FPDFPage_GetObject(page, i);
      if (pdfium._FPDFPageObj_GetType(object) !== OBJECT_IMAGE) continue;
      if (!pdfium._FPDFPageObj_GetBounds(object, at, at + 4, at + 8, at + 12)) continue;
      if (!pdfium._FPDFImageObj_GetImagePixelSize(object, at + 16, at + 20)) continue;
      const view = new DataView(pdfium.HEAPU8.buffer, at, 24);
      const [left, bottom, right, top] = [
        view.getFloat32(0, true),
        view.getFloat32(4, true),
        view.getFloat32(8, true),
        view.getFloat32(12, true),
      ];
      const area = Math.abs((right - left) * (top - bottom));
      covered += area;
      if (area <= largest) continue;
      largest = area;
      const pixels = view.getUint32(16, true) * view.getUint32(20, true);
      dpi = Math.sqrt(pixels / area) * POINTS_PER_INCH;
    }
    const pictured = Math.min(1, covered / (points.width * points.height));
    if (pictured < 0.5) dpi = DPI;
    return { dpi: Math.min(DPI_RANGE[1], Math.max(DPI_RANGE[0], dpi)), pictured };
  } finally {
    pdfium.wasmExports.free(at);
  }
}

function layerOf(
  pdfium: Pdfium,
  page: number,
  width: number,
  height: number,
): { characters: LayerCharacter[]; unmapped: number } {
  const text = pdfium._FPDFText_LoadPage(page);
  if (text === 0) return { characters: [], unmapped: 0 };
  const at = pdfium.wasmExports.malloc(32);
  try {
    const characters: LayerCharacter[] = [];
    const count = Math.min(pdfium._FPDFText_CountChars(text), 100_000);
    let unmapped = 0;
    const toDevice = (x: number, y: number): [number, number] => {
      pdfium._FPDF_PageToDevice(page, 0, 0, width, height, 0, x, y, at + 16, at + 20);
      const view = new DataView(pdfium.HEAPU8.buffer, at + 16, 8);
      return [view.getInt32(0, true), view.getInt32(4, true)];
    };
    for (let i = 0; i < count; i++) {
      const code = pdfium._FPDFText_GetUnicode(text, i);
      if (code === 0 || code === 0xfffe || pdfium._FPDFText_HasUnicodeMapError(text, i) === 1) unmapped += 1;
      if (code < 0x20 && code !== 0x0a && code !== 0x0d) continue;
      if (!pdfium._FPDFText_GetLooseCharBox(text, i, at)) continue;
      const view = new DataView(pdfium.HEAPU8.buffer, at, 16);
      const [left, top, right, bottom] = [
        view.getFloat32(0, true),
        view.getFloat32(4, true),
        view.getFloat32(8, true),
        view.getFloat32(12, true),
      ];
      const [ax, ay] = toDevice(left, top);
      const [bx, by] = toDevice(right, bottom);
      characters.push({
        text: String.fromCodePoint(code),
        box: [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)],
      });
    }
    return { characters, unmapped: count === 0 ? 0 : unmapped / count };
  } finally {
    pdfium.wasmExports.free(at);
    pdfium._FPDFText_ClosePage(text);
  }
}
