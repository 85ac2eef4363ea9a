/** Searches off the thread that answers the port: loading takes half a second, a question some 100 ms. */
import { parentPort, workerData } from 'node:worker_threads';
import { errorAnswer } from '../../src-shared/errors/index.ts';
import { SentenceModel } from '../sentence-model/index.ts';
import { consult, reader } from './consult.ts';
import { loadLibrary } from './load.ts';
import type { KnowledgeReply, KnowledgeRequest, KnowledgeWorkerData } from './messages.ts';

// Given by KnowledgeBase, which alone starts this worker.
const { folder, modelFolder } = workerData as KnowledgeWorkerData;
const ready = Promise.all([loadLibrary(folder), SentenceModel.load(modelFolder)]).then(([library, model]) =>
  reader(library, model),
);
ready.catch(() => undefined);

parentPort?.on('message', async (request: KnowledgeRequest) => {
  parentPort?.postMessage(await reply(request));
});

async function reply({ id, question, limit, quotes }: KnowledgeRequest): Promise<KnowledgeReply> {
  try {
    return { id, ok: true, consultation: await consult(await ready, question, { limit, quotes }) };
  } catch (thrown) {
    return { id, ok: false, error: errorAnswer(thrown) };
  }
}
