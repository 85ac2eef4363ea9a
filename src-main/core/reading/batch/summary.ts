/** What a batch came to: the same figures for the page, the CSV file and the PDF. */
import type { Context } from '../../context.ts';
import type { ImageResult } from '../image-result.ts';
import { type Batch, itemsOf, resultOfItem } from './store.ts';

export interface ReportRow {
  name: string;
  at: string | null;
  result: ImageResult | undefined;
}

export interface Summary {
  title: string;
  by: string;
  begun: string;
  finished: string | null;
  rows: ReportRow[];
  total: number;
  read: number;
  refused: number;
  waiting: number;
  /** Answers of yes: referable eyes, signs of the finding. */
  positive: number;
  /** "diabetic-retinopathy 1.0.0 (cpu)" with how many it read or refused. */
  models: { model: string; count: number }[];
  /** Sentence with how many were refused for it. */
  refusals: { reason: string; count: number }[];
  /** Median of a picture, milliseconds, and pictures a second over the whole. */
  medianMs: number | null;
  perSecond: number | null;
}

export function summaryOf(context: Context, batch: Batch): Summary {
  const items = itemsOf(context.vault.db, batch.id);
  const rows = items.map((item) => ({ name: item.name, at: item.at, result: resultOfItem(item) }));
  const results = rows.flatMap(({ result }) => result ?? []);
  const times = results.map(({ ms }) => ms).sort((one, other) => one - other);
  const stamps = rows.flatMap(({ at }) => (at === null ? [] : [Date.parse(at)]));
  const seconds = (Math.max(...stamps) - Date.parse(batch.created_at)) / 1000;
  return {
    title: batch.title,
    by: context.person.displayName,
    begun: batch.created_at,
    finished: batch.finished_at,
    rows,
    total: rows.length,
    read: results.filter(({ status }) => status === 'accepted').length,
    refused: results.filter(({ status }) => status === 'refused').length,
    waiting: rows.length - results.length,
    positive: results.filter(({ referable, positive }) => referable === true || positive === true).length,
    models: counted(
      results.flatMap(({ model, modelVersion, provider }) => (model === null ? [] : [`${model} ${modelVersion} (${provider})`])),
    ).map(([model, count]) => ({ model, count })),
    refusals: counted(results.flatMap(({ reason }) => reason ?? [])).map(([reason, count]) => ({ reason, count })),
    medianMs: times[Math.floor(times.length / 2)] ?? null,
    perSecond: stamps.length > 1 && seconds > 0 ? results.length / seconds : null,
  };
}

function counted(texts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts.entries()].sort(([, one], [, other]) => other - one);
}
