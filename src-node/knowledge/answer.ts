import type { Answer, Passage } from '../../src-shared/coaching/answer.ts';
import { type Protected, withoutTokens } from '../../src-shared/coaching/pseudonyms.ts';
import { type Claim, checkClaims } from '../../src-shared/coaching/support.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { KnowledgeBase } from './index.ts';
import { askModel, givenPassages, type LanguageModel } from './language-model.ts';

export interface AnswerOptions {
  /** The question as it may leave this machine, with the way back. */
  sent: Protected;
  languageModel?: LanguageModel;
  limit?: number;
  /** The model's answer as it is written, identifiers put back. */
  onText?: (text: string) => void;
  signal?: AbortSignal;
}

/**
 * Answers from a knowledge base on this machine. Without a language model, or when it fails, the answer consists of the passages'
 * own sentences.
 * @throws AppError knowledge-missing, model-missing, model-damaged, invalid-input, busy, cancelled
 */
export async function answerFrom(knowledge: KnowledgeBase, question: string, options: AnswerOptions): Promise<Answer> {
  const consulted = await knowledge.consult(withoutTokens(question), { limit: options.limit });
  const { passages, next, model } = consulted;
  const plain: Answer = { question, passages, from: 'local', foundBy: model, next };
  if (consulted.relevance === 'not-clinical') return { ...plain, refused: 'question-not-clinical' };
  if (consulted.relevance === 'weak') return { ...plain, refused: 'nothing-near-enough' };
  if (options.languageModel !== undefined) {
    try {
      const claims = await written(options.languageModel, passages, options);
      if (claims.length > 0) return { ...plain, answer: claims, by: options.languageModel.model };
    } catch (thrown) {
      plain.without = failureCode(thrown);
    }
  }
  const quoted = consulted.quotes.map(({ n, text }): Claim => ({ text: `${text} [${n}]`, cites: [n], supported: true }));
  return quoted.length === 0 ? { ...plain, refused: 'nothing-near-enough' } : { ...plain, answer: quoted };
}

/** The code of an expected failure; a cancellation or a bug is thrown on. */
export function failureCode(thrown: unknown): string {
  if (!(thrown instanceof AppError) || thrown.code === 'cancelled') throw thrown;
  return thrown.code;
}

async function written(
  model: LanguageModel,
  passages: readonly Passage[],
  { sent, onText, signal }: AnswerOptions,
): Promise<Claim[]> {
  let text = '';
  let told = 0;
  for await (const piece of askModel(model, sent.text, passages, signal)) {
    text += piece;
    const ready = endOfWhole(text);
    if (ready > told) onText?.(sent.restore(text.slice(told, ready)));
    told = Math.max(told, ready);
  }
  if (told < text.length) onText?.(sent.restore(text.slice(told)));
  return checkClaims(text, givenPassages(passages)).map((claim) => ({ ...claim, text: sent.restore(claim.text) }));
}

const TOKEN_LENGTH_MAX = 24;

/** A token may be cut in two by the stream: what follows an open bracket waits. */
function endOfWhole(text: string): number {
  const open = text.lastIndexOf('[');
  const waiting = open >= 0 && !text.includes(']', open) && text.length - open < TOKEN_LENGTH_MAX;
  return waiting ? open : text.length;
}
