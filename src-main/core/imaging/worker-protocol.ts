/** What the decoding threads are asked and answer. One request, one answer. */
import type { ErrorAnswer } from '../../../src-shared/errors/index.ts';
import type { DicomInfo } from './inspect.ts';

/** Each question with what answers it. */
export interface Questions {
  info: { ask: { bytes: Uint8Array }; answer: DicomInfo };
}

export type Question = keyof Questions;
export interface Request {
  id: number;
  question: Question;
  ask: unknown;
}
export type Reply = { id: number; answer: unknown } | { id: number; error: ErrorAnswer };
