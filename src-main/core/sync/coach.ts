/** Questions to the server's knowledge base. */
import { Answer } from '../../../src-shared/coaching/answer.ts';
import type { ServerLine } from './line.ts';

/** @param question without identifiers: it leaves this machine as it is */
export function askServer(line: ServerLine, question: string): Promise<Answer> {
  return line.json(Answer, { path: '/api/v1/coaching/ask', json: { question } });
}
