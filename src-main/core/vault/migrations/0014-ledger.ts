import type { Migration } from './index.ts';

/** What workstations tell each other beside records: notices, who cares for whom by name, and incidents, holds and erasures of elsewhere. */
export const ledger: Migration = {
  version: 14,
  name: 'ledger',
  up(db) {
    db.exec(`
      -- what is to be told: \`item\` as it goes out, or a change of care_team that still has to be put into words
      CREATE TABLE ledger_outbox (
        n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, patient TEXT, person TEXT, at TEXT, by TEXT, reason TEXT, item TEXT
      ) STRICT;
      -- every notice, own and others', as it was signed; feed: its number at the server
      CREATE TABLE ledger_notice (device TEXT NOT NULL, seq INTEGER NOT NULL, hash TEXT NOT NULL, text TEXT NOT NULL, signature TEXT NOT NULL, PRIMARY KEY (device, seq)) STRICT, WITHOUT ROWID;
      -- the first key that a workstation was heard with stands
      CREATE TABLE ledger_device (device TEXT PRIMARY KEY, public_key TEXT NOT NULL) STRICT, WITHOUT ROWID;
      -- what came and does not follow, or cannot be taken in here
      CREATE TABLE ledger_set_aside (device TEXT NOT NULL, seq INTEGER NOT NULL, reason TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (device, seq)) STRICT, WITHOUT ROWID;

      -- who cares for whom by name, from all workstations; what of it concerns people of this vault stands in care_team
      CREATE TABLE care_grant (
        id TEXT PRIMARY KEY, patient TEXT NOT NULL, user_name TEXT NOT NULL COLLATE NOCASE, display_name TEXT NOT NULL, since TEXT NOT NULL, by TEXT, reason TEXT, after TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX care_grant_by_relation ON care_grant (patient, user_name);
      CREATE INDEX care_grant_by_name ON care_grant (user_name);
      CREATE TABLE care_end (
        id TEXT PRIMARY KEY, patient TEXT NOT NULL, user_name TEXT NOT NULL COLLATE NOCASE, display_name TEXT NOT NULL, at TEXT NOT NULL, by TEXT, reason TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX care_end_by_relation ON care_end (patient, user_name);

      -- whoever writes care_team, an import too, need not know that others must hear of it
      ALTER TABLE care_team ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
      CREATE TRIGGER care_team_given AFTER INSERT ON care_team WHEN NEW.told = 0 BEGIN
        INSERT INTO ledger_outbox (id, kind, patient, person, at, by, reason) VALUES (lower(hex(randomblob(16))), 'care-grant', NEW.patient, NEW.person, NEW.since, NEW.added_by, NEW.reason);
      END;
      CREATE TRIGGER care_team_ended AFTER DELETE ON care_team BEGIN
        INSERT INTO ledger_outbox (id, kind, patient, person) VALUES (lower(hex(randomblob(16))), 'care-end', OLD.patient, OLD.person);
      END;
      INSERT INTO ledger_outbox (id, kind, patient, person, at, by, reason) SELECT lower(hex(randomblob(16))), 'care-grant', patient, person, since, added_by, reason FROM care_team;

      -- origin: the workstation that raised it, null for this one; label: what it is called everywhere
      ALTER TABLE incident ADD COLUMN origin TEXT;
      ALTER TABLE incident ADD COLUMN label TEXT;
      ALTER TABLE incident ADD COLUMN begun TEXT;
      ALTER TABLE incident ADD COLUMN disputed INTEGER NOT NULL DEFAULT 0;
      ALTER TABLE incident ADD COLUMN person_user TEXT;
      ALTER TABLE incident ADD COLUMN person_name TEXT;
      ALTER TABLE incident ADD COLUMN assigned_name TEXT;
      -- of elsewhere: whom it concerns; own: the hash of what was told last, and when
      ALTER TABLE incident ADD COLUMN extent TEXT;
      ALTER TABLE incident ADD COLUMN extent_at TEXT;
      -- item: its id in the notices; data: what it changes, as it was told
      ALTER TABLE incident_step ADD COLUMN item TEXT;
      ALTER TABLE incident_step ADD COLUMN hlc TEXT;
      ALTER TABLE incident_step ADD COLUMN by_name TEXT;
      ALTER TABLE incident_step ADD COLUMN data TEXT;
      CREATE UNIQUE INDEX incident_step_by_item ON incident_step (item) WHERE item IS NOT NULL;

      -- erasures that another workstation has told of, until they are done here; targets: Type/id, a line each
      CREATE TABLE erasure_order (
        id TEXT PRIMARY KEY, pseudonym TEXT NOT NULL, ground TEXT NOT NULL, at TEXT NOT NULL, device TEXT NOT NULL, targets TEXT NOT NULL, done_at TEXT, unsent INTEGER NOT NULL DEFAULT 0
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX erasure_order_by_pseudonym ON erasure_order (pseudonym);
      -- who has destroyed it too, with their signed notice
      CREATE TABLE erasure_echo (id TEXT PRIMARY KEY, erasure TEXT NOT NULL, device TEXT NOT NULL, seq INTEGER NOT NULL, said TEXT NOT NULL) STRICT, WITHOUT ROWID;
      CREATE INDEX erasure_echo_by_erasure ON erasure_echo (erasure);
    `);
    tellOfBefore(db);
  },
};

/** Incidents and holds of before are told too. */
function tellOfBefore(db: Parameters<Migration['up']>[0]): void {
  const tell = db.prepare('INSERT INTO ledger_outbox (id, kind, item) VALUES (?, ?, ?)');
  const put = (item: { kind: string; id: string }) => tell.run(item.id, item.kind, JSON.stringify(item));
  const incidents = db
    .prepare<[], Record<string, string | number | null>>(
      'SELECT i.*, u.user_name AS user, u.display_name AS shown FROM incident i LEFT JOIN user u ON u.id = i.person ORDER BY i.number',
    )
    .all();
  for (const row of incidents) {
    put({
      kind: 'incident',
      id: `${row.id}:raised`,
      incident: row.id,
      number: row.number,
      rule: row.rule,
      severity: row.severity,
      state: row.state,
      ...(row.user ? { person: { userName: row.user, displayName: row.shown } } : {}),
      ...(row.patient ? { patient: row.patient } : {}),
      said: row.facts,
      begins: row.begins_at,
      ends: row.ends_at,
      discovered: row.discovered_at,
    } as { kind: string; id: string });
    db.prepare('UPDATE incident SET begun = state WHERE id = ?').run(row.id);
  }
  const steps = db
    .prepare<[], Record<string, string | number>>(
      "SELECT s.*, coalesce(u.display_name, CASE s.by WHEN 'system' THEN 'Lamplight' ELSE s.by END) AS shown FROM incident_step s LEFT JOIN user u ON u.id = s.by ORDER BY s.n",
    )
    .all();
  for (const row of steps) {
    const item = `${row.incident}:${row.n}`;
    // Before any stamp of the clock, in the order they were written.
    const hlc = `${'0'.repeat(12)}-${String(row.n).padStart(8, '0')}`;
    put({
      kind: 'incident-step',
      id: item,
      incident: row.incident,
      at: row.at,
      hlc,
      by: row.shown,
      step: row.kind,
      text: row.text,
    } as {
      kind: string;
      id: string;
    });
    db.prepare('UPDATE incident_step SET item = ?, hlc = ? WHERE n = ?').run(item, hlc, row.n);
  }
  const holds = db
    .prepare<[], Record<string, string | null>>(
      'SELECT h.*, coalesce(s.display_name, h.set_by) AS setter, coalesce(l.display_name, h.lifted_by) AS lifter FROM legal_hold h LEFT JOIN user s ON s.id = h.set_by LEFT JOIN user l ON l.id = h.lifted_by ORDER BY h.set_at',
    )
    .all();
  for (const row of holds) {
    put({ kind: 'hold', id: row.id, patient: row.patient, reason: row.reason, by: row.setter, at: row.set_at } as {
      kind: string;
      id: string;
    });
    if (row.lifted_at)
      put({
        kind: 'hold-lift',
        id: `${row.id}:lift`,
        hold: row.id,
        patient: row.patient,
        reason: row.lift_reason ?? '',
        by: row.lifter ?? '',
        at: row.lifted_at,
      } as { kind: string; id: string });
  }
}
