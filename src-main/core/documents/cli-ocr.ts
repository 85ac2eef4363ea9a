import { readFile } from 'node:fs/promises';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Box, Page } from './page.ts';
import { type RecogniseOptions, recogniseDocument } from './recognise.ts';

/** What `ocr FILE --json` prints of a page. */
export interface PageAnswer {
  page: number;
  width: number;
  height: number;
  rotation: number;
  text: string;
  words: { text: string; box: Box; confidence: number; doubtful: boolean }[];
}

export function pageAnswer({ page, width, height, rotation, text, words }: Page): PageAnswer {
  return { page, width, height, rotation, text, words: words.map(({ line: _, ...word }) => word) };
}

/** Reads a file as `ocr` of the command line does. Throws `file-unreadable` and what `recogniseDocument` throws. */
export async function ocrFile(path: string, options: RecogniseOptions): Promise<{ pages: PageAnswer[]; ms: number }> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('file-unreadable', {}, { cause });
  });
  const { pages, ms } = await recogniseDocument(bytes, options);
  return { pages: pages.map(pageAnswer), ms };
}
