/** The thread that meets DICOM from outside: parses, decodes, describes. It holds nothing between two questions. */
import { parentPort } from 'node:worker_threads';
import { errorAnswer } from '../../../src-shared/errors/index.ts';
import { deidentify } from './deidentify/deidentify.ts';
import { describeDicom } from './describe.ts';
import { readFilm } from './film.ts';
import { inspectDicom } from './inspect.ts';
import { readAnswers } from './objects/answer.ts';
import { readDirectory } from './objects/dicomdir.ts';
import { readPresentation } from './objects/presentation.ts';
import { readReport } from './objects/report.ts';
import { readSegmentation } from './objects/segmentation.ts';
import { readTags } from './objects/tag-list.ts';
import { readWaveform } from './objects/waveform.ts';
import { openDicom } from './parse/part10.ts';
import { masksOf } from './pixels/mask.ts';
import { overlaysOf } from './pixels/overlays.ts';
import { showFrame } from './pixels/shown.ts';
import type { Question, Questions, Reply, Request } from './worker-protocol.ts';

const handlers: {
  [Name in Question]: (ask: Questions[Name]['ask']) => Questions[Name]['answer'] | Promise<Questions[Name]['answer']>;
} = {
  info: ({ bytes }) => inspectDicom(bytes),
  describe({ bytes }) {
    const directory = readDirectory(bytes);
    return directory ? { directory } : { description: describeDicom(bytes) };
  },
  frame: showFrame,
  deidentify: ({ bytes, options }) => deidentify(bytes, options),
  film: ({ bytes }) => readFilm(bytes),
  // What draws pages and thumbnails is heavy, and most threads never do.
  thumbnail: async (ask) => (await import('./pixels/thumbnail.ts')).thumbnailOf(ask),
  document: async ({ bytes, page }) => (await import('./objects/document.ts')).readDocument(bytes, page),
  report: ({ bytes }) => readReport(bytes),
  waveform: ({ bytes }) => readWaveform(bytes),
  presentation: ({ bytes }) => readPresentation(bytes),
  tags: ({ bytes }) => readTags(bytes),
  segmentation: ({ bytes }) => readSegmentation(bytes),
  masks: masksOf,
  answers: ({ answers }) => readAnswers(answers),
  overlays: ({ bytes, frame }) => overlaysOf(openDicom(bytes), frame),
};

parentPort?.on('message', async ({ id, question, ask }: Request) => {
  let reply: Reply;
  try {
    // pool.ts pairs each question with its own kind of ask.
    const handle = handlers[question] as (ask: unknown) => unknown;
    reply = { id, answer: await handle(ask) };
  } catch (thrown) {
    reply = { id, error: errorAnswer(thrown) };
  }
  parentPort?.postMessage(reply, buffersIn(reply));
});

/** What was made here is handed over instead of copied. */
function buffersIn(reply: Reply): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  const look = (value: unknown, depth: number): void => {
    if (value instanceof Uint8Array) {
      // Views of a part (of Node's pool, of a file) are copied: the rest of the buffer is not theirs.
      if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
    } else if (depth > 0 && typeof value === 'object' && value !== null)
      for (const part of Object.values(value)) look(part, depth - 1);
  };
  look(reply, 4);
  return [...found];
}
