/** The frames of an opened file, decoded one at a time. */
import { AppError } from '../../../../src-shared/errors/index.ts';
import type { Span } from '../parse/data-set.ts';
import type { DicomFile } from '../parse/part10.ts';
import { type TransferSyntax, transferSyntaxOf } from '../parse/uids.ts';
import type { EncodedFrame } from './arrange.ts';
import { decodeFrame, type StoredFrame } from './decode.ts';
import { frameSpans, type Layout, layoutOf } from './frames.ts';
import { type PixelModule, pixelElement, pixelModule } from './module.ts';

export interface FileFrames {
  module: PixelModule;
  layout: Layout;
  /** @param number from 1 */
  encoded(number: number): EncodedFrame;
  decode(number: number): StoredFrame;
}

const GE_BIG_ENDIAN = '1.2.840.113619.5.2';

/** @throws AppError `dicom-no-picture`, `dicom-unsupported`, `dicom-pixels-damaged`, `file-too-large` */
export function framesOf(file: DicomFile): FileFrames {
  const syntax = syntaxOf(file);
  const module = pixelModule(file.dataSet);
  const order = orderOf(file, syntax);
  const layout = layoutOf(file.dataSet, module, syntax.codec);
  const encoded = (number: number): EncodedFrame => {
    const { spans, bit } = frameSpans(layout, number, byWords(module, order));
    return { module, ...order, bytes: joined(file.dataSet.bytes, spans), bit };
  };
  return { module, layout, encoded, decode: (number) => decodeFrame(encoded(number)) };
}

/** Big endian words hold two 8-bit values, and cells that fill no whole bytes, in the wrong order. */
export const byWords = (module: PixelModule, order: Pick<EncodedFrame, 'littleEndian' | 'words'>) =>
  !order.littleEndian && order.words && ![16, 32, 64].includes(module.bitsAllocated);

/** How the bytes of a frame are to be taken, as `EncodedFrame` wants it. */
export function orderOf(file: DicomFile, syntax: TransferSyntax): Pick<EncodedFrame, 'codec' | 'littleEndian' | 'words'> {
  const element = pixelElement(file.dataSet);
  return {
    codec: element?.fragments || syntax.codec === 'native' ? syntax.codec : 'native',
    littleEndian: file.dataSet.littleEndian && file.transferSyntax !== GE_BIG_ENDIAN,
    words: element?.vr === 'OW',
  };
}

export function syntaxOf(file: DicomFile): TransferSyntax {
  const syntax = transferSyntaxOf(file.transferSyntax);
  if (!syntax) throw new AppError('dicom-unsupported', { what: `the transfer syntax ${file.transferSyntax}` });
  return syntax;
}

function joined(bytes: Uint8Array, spans: readonly Span[]): Uint8Array {
  const [only] = spans;
  if (spans.length === 1 && only) return bytes.subarray(only.offset, only.offset + only.length);
  const whole = new Uint8Array(spans.reduce((sum, span) => sum + span.length, 0));
  let at = 0;
  for (const span of spans) {
    whole.set(bytes.subarray(span.offset, span.offset + span.length), at);
    at += span.length;
  }
  return whole;
}
