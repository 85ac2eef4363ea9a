/** What a clinic had decided before its workstations could tell each other is told too, and everybody can read it. */
import Database from 'better-sqlite3-multiple-ciphers';
import { expect, test } from 'vitest';
import { noticeText } from '../../../src-shared/ledger/event.ts';
import { migrations } from '../vault/migrations/index.ts';
import { buildNotice, settleOutbox } from './index.ts';

test('care relations, incidents with their steps, and legal holds of an older vault go out with the first notice', () => {
  const db = new Database(':memory:');
  const step = (from: number, to: number) => {
    for (const migration of migrations) if (migration.version >= from && migration.version <= to) migration.up(db);
  };
  step(1, 13);
  db.exec(`
    INSERT INTO user (id, user_name, display_name, roles, state, created_at) VALUES ('u1', 'amina', 'Amina Otieno', '["clinician"]', 'active', '2026-01-01'), ('u2', 'odile', 'Odile Wekesa', '["compliance"]', 'active', '2026-01-01');
    INSERT INTO care_team (patient, person, since, added_by, reason) VALUES ('p1', 'u1', '2026-01-02', NULL, NULL), ('p1', 'u2', '2026-01-03', 'u1', 'on the ward'), ('p1', 'nobody', '2026-01-03', NULL, NULL);
    INSERT INTO incident (id, number, rule, cause, severity, state, person, patient, facts, begins_at, ends_at, discovered_at) VALUES ('i1', 1, 'break-glass', 'c', 'review', 'investigating', 'u1', 'p1', 'Opened.', '2026-01-04', '2026-01-04', '2026-01-04');
    INSERT INTO incident (id, number, rule, cause, severity, state, person, patient, facts, begins_at, ends_at, discovered_at) VALUES ('i2', 2, 'failed-sign-ins', 'd', 'alarm', 'open', NULL, NULL, 'Five tries.', '2026-01-04', '2026-01-04', '2026-01-04');
    INSERT INTO incident_step (incident, at, by, kind, text) VALUES ('i1', '2026-01-04', 'system', 'raised', 'Opened.'), ('i1', '2026-01-05', 'u2', 'state', 'Being looked into');
    INSERT INTO legal_hold (id, patient, reason, set_by, set_at, lifted_by, lifted_at, lift_reason) VALUES ('h1', 'p1', 'Letter', 'u2', '2026-01-06', NULL, NULL, NULL), ('h2', 'p2', 'Letter', 'gone', '2026-01-06', 'u2', '2026-01-07', 'Closed');
  `);
  step(14, 99);
  settleOutbox(db, '2026-02-01T00:00:00.000Z');
  const built = buildNotice(db, { device: 'device-1', at: '2026-02-01T00:00:00.000Z', sign: () => new Uint8Array(64) });
  const { items } = noticeText.parse(JSON.parse(built?.text ?? ''));
  const kinds = (kind: string) => items.filter((item) => item.kind === kind);
  expect(kinds('care-grant')).toMatchObject([
    { patient: 'p1', member: { userName: 'amina' } },
    { patient: 'p1', member: { userName: 'odile', displayName: 'Odile Wekesa' }, by: 'Amina Otieno', reason: 'on the ward' },
  ]);
  expect(kinds('incident')).toMatchObject([
    { incident: 'i1', state: 'investigating', person: { userName: 'amina' }, patient: 'p1' },
    { incident: 'i2', rule: 'failed-sign-ins' },
  ]);
  expect(kinds('incident-step')).toMatchObject([{ by: 'Lamplight' }, { by: 'Odile Wekesa', text: 'Being looked into' }]);
  expect(kinds('hold').length + kinds('hold-lift').length).toBe(3);
  db.close();
});
