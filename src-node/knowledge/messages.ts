import type { ErrorAnswer } from '../../src-shared/errors/index.ts';
import type { Consultation } from './consult.ts';

export interface KnowledgeWorkerData {
  folder: string;
  modelFolder: string;
}

export interface KnowledgeRequest {
  id: number;
  question: string;
  limit: number;
  /** Sentences are compared too: three times the work. */
  quotes: boolean;
}

export type KnowledgeReply = { id: number; ok: true; consultation: Consultation } | { id: number; ok: false; error: ErrorAnswer };
