/** The latest readings of each model version, as the charts hold them: also those that came from other workstations. */
import { z } from 'zod';
import type { Reading } from '../../../../src-shared/contract/reading.ts';
import type { Db } from '../../context.ts';
import { readResource } from '../../records/index.ts';
import { storedReadingOf } from '../resources.ts';

/** So many of the latest readings are looked at: enough for narrow intervals, few enough to follow what changes. */
const LATEST = 2_000;

/** Only what watching needs: nothing of the patient. */
export interface Watched {
  model: string;
  version: string;
  task: string;
  status: Reading['status'];
  verdict?: 'accepted' | 'changed' | 'rejected';
  features: Record<string, number>;
  at: string;
}

export function latestReadings(db: Db): Watched[] {
  const rows = db
    .prepare<[number], { id: string }>(
      "SELECT id FROM chart_row WHERE list = 'readings' AND type = 'DiagnosticReport' ORDER BY at_ms DESC LIMIT ?",
    )
    .all(LATEST);
  return rows.flatMap(({ id }) => {
    const stored = readResource(db, 'DiagnosticReport', id);
    const said = stored ? storedReadingOf(stored.resource)?.reading : undefined;
    // What the file's own header refused no model has seen: it speaks neither for one nor against it.
    return said && said.provider !== 'none' ? [watched(said)] : [];
  });
}

const numbers = z.record(z.string(), z.unknown());

function watched(said: Reading): Watched {
  const features = Object.entries(numbers.parse(said.quality)).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, value] as const] : [],
  );
  return {
    model: said.model,
    version: said.modelVersion,
    task: said.task,
    status: said.status,
    ...(said.decision ? { verdict: said.decision.verdict } : {}),
    features: Object.fromEntries(features),
    at: said.at,
  };
}
