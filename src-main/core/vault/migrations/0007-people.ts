import { labelsOf } from '../../../../src-shared/access/sensitivity.ts';
import { parseJson } from '../../../../src-shared/fhir/json.ts';
import { part } from '../../../../src-shared/fhir/read.ts';
import type { Migration } from './index.ts';

/** Second factor, one-time codes of an administrator, who brought whom into a care team, and which entries are labelled as sensitive. */
export const people: Migration = {
  version: 7,
  name: 'people',
  up(db) {
    db.exec(`
      -- totp_secret counts once it is confirmed; totp_pending waits for its first code; totp_step: the last 30 seconds whose code was used
      ALTER TABLE user ADD COLUMN totp_pending BLOB;
      ALTER TABLE user ADD COLUMN totp_step INTEGER NOT NULL DEFAULT 0;
      -- since when the second factor has been asked for
      ALTER TABLE user ADD COLUMN factor_asked_at TEXT;
      -- while it is set the password is a one-time code, which opens only the way to an own password
      ALTER TABLE user ADD COLUMN one_time_until TEXT;
      -- single-use codes in place of the second factor: SHA-256 over vault, person and code
      CREATE TABLE factor_code (person TEXT NOT NULL, hash TEXT NOT NULL, used_at TEXT, PRIMARY KEY (person, hash)) STRICT, WITHOUT ROWID;

      ALTER TABLE care_team ADD COLUMN added_by TEXT;
      ALTER TABLE care_team ADD COLUMN reason TEXT;

      -- derived: the labels of a resource that narrow who sees it
      CREATE TABLE sensitive (patient TEXT NOT NULL, type TEXT NOT NULL, id TEXT NOT NULL, code TEXT NOT NULL, PRIMARY KEY (patient, type, id, code)) STRICT, WITHOUT ROWID;
      CREATE INDEX sensitive_by_resource ON sensitive (type, id);
    `);
    // What lies in a vault already may be labelled: the next rebuild of what is derived would find it, but nobody may wait for that.
    const labelled = db
      .prepare<[], { type: string; id: string; patient: string; body: string }>(
        "SELECT r.type, r.id, r.patient, h.body FROM resource r JOIN resource_history h ON h.n = r.body_n WHERE r.deleted = 0 AND r.patient IS NOT NULL AND r.type <> 'Patient' AND (h.body LIKE '%\"security\":%' OR h.body LIKE '%\"securityLabel\":%' OR h.body LIKE '%\"confidentiality\":%')",
      )
      .all();
    const insert = db.prepare('INSERT OR IGNORE INTO sensitive (patient, type, id, code) VALUES (?, ?, ?, ?)');
    for (const { type, id, patient, body } of labelled)
      for (const code of labelsOf(part(parseJson(body).value) ?? {})) insert.run(patient, type, id, code);
  },
};
