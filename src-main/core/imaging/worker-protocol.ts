/** What the decoding threads are asked and answer. One request, one answer. */
import type { Output } from '../../../src-shared/contract/index.ts';
import type { ErrorAnswer } from '../../../src-shared/errors/index.ts';
import type { Deidentified, DeidentifyOptions } from './deidentify/deidentify.ts';
import type { Description } from './facts.ts';
import type { Film } from './film.ts';
import type { DicomInfo } from './inspect.ts';
import type { Answer, RawAnswer } from './objects/answer.ts';
import type { Directory } from './objects/dicomdir.ts';
import type { Segmentation } from './objects/segmentation.ts';
import type { ShownFrame } from './pixels/display.ts';
import type { Mask, MaskAsk } from './pixels/mask.ts';
import type { Overlay } from './pixels/overlays.ts';
import type { FrameAsk } from './pixels/shown.ts';
import type { Thumbnail, ThumbnailAsk } from './pixels/thumbnail.ts';

/** Each question with what answers it. */
export interface Questions {
  info: { ask: { bytes: Uint8Array }; answer: DicomInfo };
  /** What is kept beside an instance; or, of the directory of a disc, what it lists. */
  describe: { ask: { bytes: Uint8Array }; answer: { description: Description } | { directory: Directory } };
  frame: { ask: FrameAsk; answer: ShownFrame };
  film: { ask: { bytes: Uint8Array }; answer: Film };
  deidentify: { ask: { bytes: Uint8Array; options: DeidentifyOptions }; answer: Deidentified };
  thumbnail: { ask: ThumbnailAsk; answer: Thumbnail };
  report: { ask: { bytes: Uint8Array }; answer: Output<'imaging.report'> };
  document: { ask: { bytes: Uint8Array; page: number }; answer: Output<'imaging.document'> };
  waveform: { ask: { bytes: Uint8Array }; answer: Output<'imaging.waveform'> };
  presentation: { ask: { bytes: Uint8Array }; answer: Output<'imaging.presentation'> };
  tags: { ask: { bytes: Uint8Array }; answer: Output<'imaging.tags'> };
  overlays: { ask: { bytes: Uint8Array; frame: number }; answer: Overlay[] };
  segmentation: { ask: { bytes: Uint8Array }; answer: Segmentation };
  masks: { ask: MaskAsk; answer: Mask[] };
  /** Of an archive that was searched. */
  answers: { ask: { answers: readonly RawAnswer[] }; answer: Answer[] };
}

export type Question = keyof Questions;
export interface Request {
  id: number;
  question: Question;
  ask: unknown;
}
export type Reply = { id: number; answer: unknown } | { id: number; error: ErrorAnswer };
