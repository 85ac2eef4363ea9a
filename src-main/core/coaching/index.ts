/** Coaching bound to the vault: whose identifiers to replace, whom to ask, and the local copy of the knowledge base. */

import { KnowledgeBase } from '../../../src-node/knowledge/index.ts';
import { decide } from '../../../src-shared/access/permissions.ts';
import type { Answer } from '../../../src-shared/coaching/answer.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Handlers, query } from '../bind.ts';
import type { Context, Db } from '../context.ts';
import { isoTime } from '../ports.ts';
import { hasAccess } from '../records/index.ts';
import { ask, type Identifiers, type LanguageModel } from './ask.ts';

const PASSAGES = 10;

export interface Coaching {
  procedures: Handlers;
  close(): Promise<void>;
}

/** @param askServer how to ask the paired server, looked up anew for each question; undefined where there is none */
export function openCoaching(askServer: () => ((question: string) => Promise<Answer>) | undefined): Coaching {
  let open: Promise<KnowledgeBase> | null = null;
  const knowledge = () => {
    open ??= KnowledgeBase.open();
    open.catch(() => {
      open = null;
    });
    return open;
  };
  return {
    procedures: {
      'coaching.ask': query(async (context, input, speaks) => {
        const started = context.clock.now();
        if (input.patient !== undefined) askAboutPatient(context, input.patient);
        const identifiers = input.patient === undefined ? undefined : identifiersOf(context.vault.db, input.patient);
        const answer = await ask(input.question, {
          knowledge: await knowledge(),
          identifiers,
          limit: PASSAGES,
          languageModel: languageModelOf(context),
          server: askServer(),
        });
        speaks(answer.foundBy ?? `sentence model of the ${answer.from}`, saidOf(answer));
        return {
          ...answer,
          // The numbers stand beside the sentence, not in it.
          answer: answer.answer?.map((claim) => ({
            text: claim.text.replace(/\s*\[\d+\]/g, ''),
            cites: [...claim.cites],
            supported: claim.supported,
          })),
          refused: answer.refused && refusal(answer.refused),
          ms: context.clock.now() - started,
        };
      }),
    },
    async close() {
      const closing = await open?.catch(() => null);
      open = null;
      await closing?.close();
    },
  };
}

/** A question about a patient is for whoever reads their chart. Throws `forbidden`, `not-in-care-team`. */
function askAboutPatient({ person, clock, vault }: Context, patient: string): void {
  const answer = decide('coaching.ask-on-patient', person.roles, hasAccess(vault.db, patient, person.id, isoTime(clock)));
  if (answer !== 'allowed') throw new AppError(answer);
}

/** For the log: which passages were offered and which of them the answer rests on, by their ids, and who wrote it. */
function saidOf({ passages, answer, refused, by, from }: Answer): string {
  const cited = new Set((answer ?? []).flatMap((claim) => claim.cites));
  const ids = (wanted: readonly Answer['passages'][number][]) => wanted.map((passage) => passage.id).join(' ') || 'none';
  const used = passages.filter((passage) => cited.has(passage.n));
  return [
    refused ? `refused: ${refused}` : `answered by ${from}, ${used.length} of ${passages.length} passages used`,
    ...(by ? [`written by ${by}`] : []),
    `offered ${ids(passages)}`,
    `used ${ids(used)}`,
    ...(passages[0] ? [`knowledge base ${passages[0].version}`] : []),
  ].join('; ');
}

function refusal(why: NonNullable<Answer['refused']>): string {
  if (why === 'question-not-clinical') {
    const failure = new AppError('question-not-clinical');
    return `${failure.message} ${failure.action}`;
  }
  return 'Nothing in the knowledge base is near enough to answer this. The passages below are the nearest; ask with other words, or ask a colleague.';
}

/** A language model of the hospital's own or any other compatible endpoint, where an administrator has set one. */
function languageModelOf(context: Context): LanguageModel | undefined {
  const row = context.vault.db.prepare<[], { value: string }>("SELECT value FROM setting WHERE key = 'languageModel'").get();
  if (!row) return undefined;
  const set: unknown = JSON.parse(row.value);
  if (typeof set !== 'object' || set === null || !('baseURL' in set) || !('model' in set)) return undefined;
  return { baseURL: String(set.baseURL), model: String(set.model), apiKey: 'apiKey' in set ? String(set.apiKey) : 'none' };
}

interface PersonRow {
  family: string;
  given: string;
  birth_date: string | null;
  phone: string | null;
  address: string | null;
  identifiers: string;
}

function identifiersOf(db: Db, patient: string): Identifiers {
  const row = db
    .prepare<[string], PersonRow>('SELECT family, given, birth_date, phone, address, identifiers FROM patient_row WHERE id = ?')
    .get(patient);
  if (!row) throw new AppError('not-found', { what: 'patient' });
  // Written by the records domain as identifiers of the contract.
  const identifiers = JSON.parse(row.identifiers) as { value: string }[];
  return {
    names: [`${row.given} ${row.family}`],
    birthDate: row.birth_date ?? undefined,
    identifiers: [patient, ...identifiers.map((one) => one.value)],
    phones: row.phone ? [row.phone] : [],
    addresses: row.address ? [row.address] : [],
  };
}
