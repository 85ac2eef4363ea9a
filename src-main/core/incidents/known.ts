/** What the rules ask of the database, by prepared statements. */
import { z } from 'zod';
import { type RuleSettings, ruleIds } from '../../../src-shared/incidents/rules.ts';
import type { Db } from '../context.ts';
import type { Known } from './detect.ts';

const BASELINE_DAYS = 28;
/** Not among the settings: whoever may change those need not be the one who answers for the watching. */
const KEPT_UNDER = 'watch-rules';

const settingsShape = z.partialRecord(
  z.enum(ruleIds),
  z.object({ off: z.boolean().optional(), thresholds: z.record(z.string(), z.number()).optional() }),
);

export function readRuleSettings(db: Db): RuleSettings {
  const row = db.prepare<[], { value: string }>(`SELECT value FROM meta WHERE key = '${KEPT_UNDER}'`).get();
  const parsed = settingsShape.safeParse(row ? JSON.parse(row.value) : {});
  return parsed.success ? parsed.data : {};
}

export function writeRuleSettings(db: Db, settings: RuleSettings): void {
  db.prepare('INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
    KEPT_UNDER,
    JSON.stringify(settings),
  );
}

/** @param settings those in force, kept by the caller */
export function knownFrom(db: Db, settings: () => RuleSettings, local: Known['local'] = wallClock): Known {
  const inTeam = db.prepare<[string, string]>('SELECT 1 FROM care_team WHERE person = ? AND patient = ?');
  const glass = db.prepare<[string, string, string, string]>(
    'SELECT 1 FROM glass_broken WHERE person = ? AND patient = ? AND at <= ? AND until >= ?',
  );
  const families = db.prepare<[string, string], { name: string; family: string }>(
    'SELECT u.display_name AS name, p.family FROM user u JOIN patient_row p ON p.id = ? WHERE u.id = ?',
  );
  const days = db.prepare<[string, string], { peak: number; hours: number }>(
    `SELECT peak, hours FROM watch_day WHERE person = ? AND day < ? ORDER BY day DESC LIMIT ${BASELINE_DAYS}`,
  );
  return {
    local,
    settings,
    cares: (person, patient, at) => inTeam.get(person, patient) !== undefined || glass.get(person, patient, at, at) !== undefined,
    sameFamily(person, patient) {
      const row = families.get(patient, person);
      return row !== undefined && row.family !== '' && folded(row.name).includes(folded(row.family)[0] ?? '\0');
    },
    usualPeak(person, day) {
      const peaks = days
        .all(person, day)
        .map((row) => row.peak)
        .sort((one, other) => one - other);
      return peaks[Math.floor(peaks.length / 2)] ?? 0;
    },
    daysAtHour: (person, day, hour) => days.all(person, day).filter(({ hours }) => (hours & (1 << hour)) !== 0).length,
  };
}

/** Words of a name without case and accents. */
function folded(name: string): string[] {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[\s,.]+/u)
    .filter((word) => word !== '');
}

function wallClock(ms: number): { day: string; hour: number } {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return { day: `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`, hour: date.getHours() };
}
