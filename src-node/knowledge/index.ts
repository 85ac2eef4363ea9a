import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Passage } from '../../src-shared/coaching/answer.ts';
import type { KnowledgeManifest } from '../../src-shared/coaching/passages.ts';
import { AppError, fromAnswer } from '../../src-shared/errors/index.ts';
import { resourcesDir } from '../places.ts';
import { workerUrl } from '../worker-url.ts';
import type { Consultation } from './consult.ts';
import { readManifest } from './load.ts';
import type { KnowledgeReply, KnowledgeRequest, KnowledgeWorkerData } from './messages.ts';

export type { Consultation } from './consult.ts';

const QUESTION_MAX = 2000;
const WAITING_MAX = 64;
const LIMIT = 10;
/** Some 200 MB are given back when nobody has asked for this long; loading again takes a second. */
const IDLE_MS = 5 * 60_000;
/** Measured: 35 MB are live; without a limit the collector lets twice as much stand after loading. */
const HEAP_MB_MAX = 160;

/** Passages with sources, found by words and by meaning. Loaded into a worker by the first question. */
export class KnowledgeBase {
  readonly manifest: KnowledgeManifest;
  readonly #data: KnowledgeWorkerData;
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  readonly #waiting = new Map<number, { resolve(found: Consultation): void; reject(error: Error): void }>();
  #last = 0;

  private constructor(manifest: KnowledgeManifest, data: KnowledgeWorkerData) {
    this.manifest = manifest;
    this.#data = data;
  }

  /**
   * @param folder of a knowledge base (scripts/build-knowledge.ts makes it)
   * @throws AppError knowledge-missing
   */
  static async open(
    folder: string = join(resourcesDir, 'knowledge'),
    modelFolder: string = join(resourcesDir, 'sentence-model'),
  ): Promise<KnowledgeBase> {
    return new KnowledgeBase(await readManifest(folder), { folder, modelFolder });
  }

  /** Passages for a question, best first; none when it is not a clinical question. */
  async search(question: string, options: { limit?: number } = {}): Promise<Passage[]> {
    return (await this.consult(question, { ...options, quotes: false })).passages;
  }

  /**
   * Passages, how well they fit, the nearest sentences and further questions.
   * @throws AppError busy, invalid-input, knowledge-missing, model-missing, model-damaged
   */
  consult(question: string, options: { limit?: number; quotes?: boolean } = {}): Promise<Consultation> {
    if (question.length > QUESTION_MAX)
      throw new AppError('invalid-input', { what: `a question has at most ${QUESTION_MAX} characters` });
    if (this.#waiting.size >= WAITING_MAX) throw new AppError('busy');
    const worker = this.#worker ?? this.#start();
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      const request: KnowledgeRequest = { id, question, limit: options.limit ?? LIMIT, quotes: options.quotes ?? true };
      worker.postMessage(request);
    });
  }

  /** Frees the memory; the next question loads it again. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
    this.#fail(new AppError('cancelled'));
  }

  #start(): Worker {
    const worker = new Worker(workerUrl(import.meta.url, './knowledge.worker'), {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
    });
    worker.on('message', (reply: KnowledgeReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0) this.#rest(worker);
      if (reply.ok) waiting?.resolve(reply.consultation);
      else {
        // What could not be loaded is tried anew by the next question.
        if (this.#worker === worker) this.#worker = undefined;
        void worker.terminate();
        waiting?.reject(fromAnswer(reply.error));
      }
    });
    worker.on('error', () => this.#lost(worker));
    worker.on('exit', () => this.#lost(worker));
    this.#worker = worker;
    return worker;
  }

  /** A worker that only waits does not keep the process alive, and goes after a while. */
  #rest(worker: Worker): void {
    worker.unref();
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      if (this.#worker === worker && this.#waiting.size === 0) void this.close();
    }, IDLE_MS).unref();
  }

  #lost(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#fail(new AppError('internal'));
  }

  #fail(error: AppError): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
