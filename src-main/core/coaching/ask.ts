import { type AnswerOptions, answerFrom, failureCode } from '../../../src-node/knowledge/answer.ts';
import type { KnowledgeBase } from '../../../src-node/knowledge/index.ts';
import type { Answer } from '../../../src-shared/coaching/answer.ts';
import { type Identifiers, type Protected, protect } from '../../../src-shared/coaching/pseudonyms.ts';

export type { LanguageModel } from '../../../src-node/knowledge/language-model.ts';
export type { Answer } from '../../../src-shared/coaching/answer.ts';
export type { Identifiers } from '../../../src-shared/coaching/pseudonyms.ts';

export interface AskOptions extends Omit<AnswerOptions, 'sent'> {
  knowledge: KnowledgeBase;
  /** The patient whose chart is open: nothing of this leaves in clear. */
  identifiers?: Identifiers;
  /** Asks the hospital server; it is given the question with identifiers replaced. */
  server?: (question: string) => Promise<Answer>;
}

/**
 * Answers a clinical question with cited passages: from the server when there is one that answers, otherwise from the local copy,
 * which is searched with the question as it is.
 * @throws AppError knowledge-missing, model-missing, model-damaged, invalid-input, busy, cancelled
 */
export async function ask(question: string, options: AskOptions): Promise<Answer> {
  const sent = protect(question, options.identifiers ?? {});
  if (options.server === undefined) return answerFrom(options.knowledge, question, { ...options, sent });
  let without: string;
  try {
    return restored(await options.server(sent.text), question, sent);
  } catch (thrown) {
    without = failureCode(thrown);
  }
  return { without, ...(await answerFrom(options.knowledge, question, { ...options, sent })) };
}

function restored(answer: Answer, question: string, sent: Protected): Answer {
  const sentences = answer.answer?.map((claim) => ({ ...claim, text: sent.restore(claim.text) }));
  return { ...answer, question, from: 'server', ...(sentences === undefined ? {} : { answer: sentences }) };
}
