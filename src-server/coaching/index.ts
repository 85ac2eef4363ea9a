/** The knowledge base behind the coaching routes. */
import { AppError } from '../../src-shared/errors/index.ts';

export interface Coach {
  search(question: string, limit: number): Promise<unknown>;
  ask(question: string): Promise<unknown>;
  load(file: string): Promise<unknown>;
}

export async function openCoach(): Promise<Coach> {
  const missing = async () => {
    throw new AppError('knowledge-missing');
  };
  return { search: missing, ask: missing, load: missing };
}
