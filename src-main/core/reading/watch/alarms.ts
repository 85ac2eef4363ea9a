/** What is out of bounds, as FHIR Tasks without a patient: they travel to every workstation, and somebody says that they look after it. */
import { z } from 'zod';
import type { WatchRow } from '../../../../src-shared/contract/models.ts';
import type { Person } from '../../../../src-shared/contract/session.ts';
import type { FhirResource } from '../../../../src-shared/fhir/types.ts';
import type { Db, Tx } from '../../context.ts';
import { putResource, readResource } from '../../records/index.ts';

const CODE = { system: 'https://lamplight.example/task', code: 'model-out-of-bounds' };
const DECISIONS_MIN = 20;
const READINGS_MIN = 30;
/** Share of readings that clinicians changed or rejected: even the low end of its interval lies above. */
const SET_ASIDE_MAX = 0.2;
/** Twice what the gates were chosen to refuse of gradable pictures at the most (3 %), and some for a poor camera. */
const REFUSED_MAX = 0.1;
/** Above 0.25 a distribution has shifted (Siddiqi 2006). */
const DRIFT_MAX = 0.25;

export interface Alarm {
  id: string;
  model: string;
  version: string;
  says: string;
  since: string;
  seenBy?: string;
}

/** What a row of figures gives cause for; `since` is filled in when it is raised. */
export function alarmsOf(row: WatchRow): Omit<Alarm, 'since'>[] {
  const found: { what: string; says: string }[] = [];
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  for (const [what, share, words] of [
    ['rejected', row.rejected, 'rejected'],
    ['changed', row.changed, 'changed'],
  ] as const) {
    if (share.of >= DECISIONS_MIN && share.low > SET_ASIDE_MAX)
      found.push({
        what,
        says: `Clinicians ${words} ${share.count} of ${share.of} readings (${percent(share.value)}); up to ${percent(SET_ASIDE_MAX)} is expected.`,
      });
  }
  if (row.refused.of >= READINGS_MIN && row.refused.low > REFUSED_MAX)
    found.push({
      what: 'refused',
      says: `The gates refused ${row.refused.count} of ${row.refused.of} pictures (${percent(row.refused.value)}); up to ${percent(REFUSED_MAX)} is expected. Look at the camera and at how pictures are chosen.`,
    });
  for (const { feature, psi, images } of row.drift ?? [])
    if (psi > DRIFT_MAX)
      found.push({
        what: `drift-${feature}`,
        says: `The pictures differ from those of the training in ${feature} (stability index ${psi.toFixed(2)} over ${images} pictures; above ${DRIFT_MAX} it counts as shifted).`,
      });
  return found.map(({ what, says }) => ({ id: idOf(row, what), model: row.id, version: row.version, says }));
}

export function raiseAlarm(tx: Tx, alarm: Omit<Alarm, 'since'>): void {
  const task: FhirResource = {
    resourceType: 'Task',
    id: alarm.id,
    status: 'requested',
    intent: 'order',
    code: { coding: [CODE], text: 'A model is out of bounds' },
    description: alarm.says,
    focus: { display: `${alarm.model} ${alarm.version}` },
    authoredOn: tx.at,
  };
  putResource(tx, task, { origin: 'machine' });
  tx.changed(['models']);
}

/** @returns false where there is no such task */
export function closeAlarm(tx: Tx, id: string, person: Person): boolean {
  const stored = readResource(tx.db, 'Task', id);
  if (!stored || !shape.safeParse(stored.resource).success) return false;
  putResource(tx, { ...stored.resource, status: 'accepted', owner: { display: person.displayName } }, { origin: 'person' });
  tx.changed(['models']);
  return true;
}

/** Raised and not withdrawn, with who has said that they look after it. */
export function openAlarms(db: Db): Alarm[] {
  const rows = db
    .prepare<[], { id: string }>(
      "SELECT id FROM resource WHERE type = 'Task' AND deleted = 0 AND patient IS NULL AND id LIKE 'model-alarm-%'",
    )
    .all();
  return rows.flatMap(({ id }) => {
    const parsed = shape.safeParse(readResource(db, 'Task', id)?.resource).data;
    if (!parsed) return [];
    const [model = '', version = ''] = parsed.focus.display.split(' ');
    return [
      {
        id,
        model,
        version,
        says: parsed.description,
        since: parsed.authoredOn,
        ...(parsed.owner ? { seenBy: parsed.owner.display } : {}),
      },
    ];
  });
}

const shape = z.object({
  status: z.string(),
  code: z.object({ coding: z.array(z.object({ system: z.literal(CODE.system), code: z.literal(CODE.code) })).min(1) }),
  description: z.string(),
  focus: z.object({ display: z.string() }),
  authoredOn: z.string(),
  owner: z.object({ display: z.string() }).optional(),
});

/** The same cause has the same task, on every workstation. */
function idOf({ id, version }: WatchRow, what: string): string {
  return `model-alarm-${id}-${version}-${what}`.replaceAll(/[^A-Za-z0-9\-.]/g, '-').slice(0, 64);
}
