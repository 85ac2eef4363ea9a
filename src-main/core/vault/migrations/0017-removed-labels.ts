/** Labels stay with what was removed, so that its Provenance tells nobody of it whom the entry itself did not. */
import { labelsOf } from '../../../../src-shared/access/sensitivity.ts';
import { parseJson } from '../../../../src-shared/fhir/json.ts';
import { part } from '../../../../src-shared/fhir/read.ts';
import { referencesOf, relativeTarget } from '../../../../src-shared/fhir/references.ts';
import type { Migration } from './index.ts';

export const removedLabels: Migration = {
  version: 17,
  name: 'removed-labels',
  up(db) {
    const removed = db
      .prepare<[], { type: string; id: string; patient: string; body: string }>(
        `SELECT r.type, r.id, r.patient, h.body FROM resource r JOIN resource_history h ON h.type = r.type AND h.id = r.id
          AND h.version = (SELECT max(version) FROM resource_history x WHERE x.type = r.type AND x.id = r.id AND x.deleted = 0)
          WHERE r.deleted = 1 AND r.patient IS NOT NULL AND r.type <> 'Patient' ORDER BY r.hlc`,
      )
      .all();
    const codesOf = db.prepare<[string, string], string>('SELECT code FROM sensitive WHERE type = ? AND id = ?').pluck();
    const insert = db.prepare('INSERT OR IGNORE INTO sensitive (patient, type, id, code) VALUES (?, ?, ?, ?)');
    for (const { type, id, patient, body } of removed) {
      const resource = part(parseJson(body).value) ?? {};
      const targets = referencesOf(resource).flatMap((reference) => relativeTarget(reference) ?? []);
      const near = targets.flatMap((target) => (target.type === 'Patient' ? [] : codesOf.all(target.type, target.id)));
      for (const code of [...labelsOf(resource), ...near]) insert.run(patient, type, id, code);
    }
  },
};
