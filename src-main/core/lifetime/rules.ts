/** How long what is kept: the defaults with their sources, and what this clinic has set instead. */
import { type RetentionRuleRow, retentionRules } from '../../../src-shared/contract/lifetime.ts';
import type { Db, Tx } from '../context.ts';
import { sql } from '../records/index.ts';

export type RetentionRule = (typeof retentionRules)[number];

interface Default {
  years: number;
  since: RetentionRuleRow['since'];
  source: string;
}

const defaults: Readonly<Record<RetentionRule, Default>> = {
  'adult-record': {
    years: 10,
    since: 'last-entry',
    source: 'German Civil Code § 630f (3): ten years after the end of treatment; many US states ask for seven to ten',
  },
  'child-record': {
    years: 25,
    since: 'birth',
    source: 'NHS Records Management Code of Practice (2021), appendix II: until the 25th birthday',
  },
  removed: { years: 1, since: 'removal', source: 'House rule: time enough to notice that something was removed by mistake' },
  documentation: {
    years: 6,
    since: 'writing',
    source: '45 CFR 164.316(b)(2)(i): six years from creation or from when it was last in effect',
  },
  'audit-log': { years: 6, since: 'writing', source: '45 CFR 164.316(b)(2)(i), as for documentation: six years' },
};

export function rules(db: Db): RetentionRuleRow[] {
  return retentionRules.map((rule) => {
    const set = sql<{ years: number; by: string; at: string }>(
      db,
      'SELECT r.years, coalesce(u.display_name, r.by) AS by, r.at FROM retention_rule r LEFT JOIN user u ON u.id = r.by WHERE r.rule = ?',
    ).get(rule);
    const { years, ...rest } = defaults[rule];
    return { rule, years: set?.years ?? years, defaultYears: years, ...rest, by: set?.by, at: set?.at };
  });
}

export function yearsOf(db: Db, rule: RetentionRule): number {
  return sql<{ years: number }>(db, 'SELECT years FROM retention_rule WHERE rule = ?').get(rule)?.years ?? defaults[rule].years;
}

export function setRule(tx: Tx, rule: RetentionRule, years: number): void {
  sql(
    tx.db,
    'INSERT INTO retention_rule (rule, years, by, at) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET years = excluded.years, by = excluded.by, at = excluded.at',
  ).run(rule, years, tx.author, tx.at);
  tx.touched({ type: 'RetentionRule', id: rule });
  tx.changed(['lifetime']);
}

const SECOND_PERSON = 'erasure.secondPerson';

/** Does an erasure need two people? */
export function needsSecondPerson(db: Db): boolean {
  return sql<{ value: string }>(db, 'SELECT value FROM setting WHERE key = ?').get(SECOND_PERSON)?.value === 'true';
}

export function setSecondPerson(tx: Tx, required: boolean): void {
  sql(tx.db, 'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
    SECOND_PERSON,
    String(required),
  );
  tx.touched({ type: 'Setting', id: SECOND_PERSON });
  tx.changed(['lifetime', 'settings']);
}

/** The same day so many years later; 29 February becomes 1 March where there is none. */
export function addYears(time: string, years: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  date.setUTCFullYear(date.getUTCFullYear() + years);
  return date.toISOString();
}
