/** What is watched for in the access log: every rule in plain words, with its thresholds. The core decides by them, the page shows and sets them. */

export interface Threshold {
  default: number;
  min: number;
  max: number;
  unit: 'patients' | 'minutes' | 'times' | 'tries' | 'hour';
  /** What the number decides. */
  words: string;
}

/** `alarm`: somebody should look now; `review`: somebody must look, as a matter of course; `note`: written down, nothing is expected. */
export type Severity = 'alarm' | 'review' | 'note';

interface Rule {
  title: string;
  /** When it is raised. */
  words: string;
  severity: Severity;
  thresholds: Readonly<Record<string, Threshold>>;
}

export const rules = {
  'mass-access': {
    title: 'Many patients in a short time',
    words: 'Somebody opens the records of many more patients within a short time than they usually do.',
    severity: 'alarm',
    thresholds: {
      windowMinutes: { default: 60, min: 5, max: 1440, unit: 'minutes', words: 'within' },
      patients: { default: 30, min: 2, max: 10_000, unit: 'patients', words: 'at least' },
      timesUsual: {
        default: 3,
        min: 1,
        max: 100,
        unit: 'times',
        words: 'compared with the most on a usual day of theirs (the median of 28 days), at least',
      },
    },
  },
  'break-glass': {
    title: 'The glass was broken',
    words: 'Somebody opened a record in an emergency without belonging to the care team. Each time is reviewed.',
    severity: 'review',
    thresholds: {},
  },
  'no-care-relation': {
    title: 'Records opened without a care relation',
    words: 'Somebody opens what their role may see of many patients for whom they do not care, and without an emergency.',
    severity: 'alarm',
    thresholds: { patients: { default: 40, min: 2, max: 10_000, unit: 'patients', words: 'on one day, at least' } },
  },
  'search-only': {
    title: 'Searches that open nothing',
    words: 'Somebody looks through lists of patients and opens hardly any of them.',
    severity: 'alarm',
    thresholds: {
      patients: {
        default: 300,
        min: 10,
        max: 100_000,
        unit: 'patients',
        words: 'shown and not opened on one day, at least',
      },
    },
  },
  'unusual-hours': {
    title: 'Records opened at an unusual hour',
    words: 'Somebody opens records at night who does not usually work at that hour (on fewer than three of their last 28 days).',
    severity: 'alarm',
    thresholds: {
      from: { default: 22, min: 0, max: 23, unit: 'hour', words: 'night begins at' },
      to: { default: 5, min: 0, max: 23, unit: 'hour', words: 'and ends at' },
      patients: { default: 5, min: 1, max: 1000, unit: 'patients', words: 'at least' },
    },
  },
  'failed-sign-ins': {
    title: 'Failed sign-ins',
    words: 'Somebody tries to sign in with wrong credentials again and again.',
    severity: 'alarm',
    thresholds: {
      tries: { default: 5, min: 2, max: 100, unit: 'tries', words: 'wrong, at least' },
      windowMinutes: { default: 30, min: 1, max: 1440, unit: 'minutes', words: 'within' },
    },
  },
  'bulk-export': {
    title: 'Many records taken out',
    words: 'Somebody exports all records at once, or those of many patients one after the other.',
    severity: 'alarm',
    thresholds: {
      patients: { default: 5, min: 1, max: 10_000, unit: 'patients', words: 'at least' },
      windowMinutes: { default: 60, min: 1, max: 1440, unit: 'minutes', words: 'within' },
    },
  },
  'many-denied': {
    title: 'Many refusals',
    words: 'Somebody tries again and again what they may not do.',
    severity: 'alarm',
    thresholds: {
      tries: { default: 10, min: 2, max: 1000, unit: 'tries', words: 'refused, at least' },
      windowMinutes: { default: 15, min: 1, max: 1440, unit: 'minutes', words: 'within' },
    },
  },
  'own-or-family': {
    title: 'A record of the same family name',
    words: 'Somebody opens the record of a person of their own family name. It may be chance; it is only noted.',
    severity: 'note',
    thresholds: {},
  },
  'log-goes-on': {
    title: 'The access log goes on from a restored copy',
    words:
      'The vault was restored from a backup or opened from a copy, and its log goes on from there. What was logged after the backup is not in this vault; it is at the server as far as it was sent. Somebody confirms that the restoring was meant.',
    severity: 'review',
    thresholds: {},
  },
  'clock-back': {
    title: 'The clock was set back',
    words:
      'An entry of the access log is dated before an earlier one. Time limits believe the clock: somebody may have stretched one, or dated what they did. It may also be a clock that was wrong and was put right.',
    severity: 'review',
    thresholds: { minutes: { default: 5, min: 1, max: 1440, unit: 'minutes', words: 'by more than' } },
  },
  'log-broken': {
    title: 'The access log is not as it was written',
    words: 'A check of the log has found an entry, a seal or a page of the database that was altered or is missing.',
    severity: 'alarm',
    thresholds: {},
  },
} as const satisfies Record<string, Rule>;

export type RuleId = keyof typeof rules;
export const ruleIds = Object.keys(rules) as [RuleId, ...RuleId[]]; // the keys of the object above

/** What was set over the defaults, by rule. */
export type RuleSettings = { [Id in RuleId]?: { off?: boolean; thresholds?: Record<string, number> } };

/** The thresholds in force. */
export function thresholdsOf<Id extends RuleId>(
  id: Id,
  set: RuleSettings,
): Record<keyof (typeof rules)[Id]['thresholds'] & string, number> {
  const declared: Readonly<Record<string, Threshold>> = rules[id].thresholds;
  const values = Object.entries(declared).map(([name, { default: usual }]) => [name, set[id]?.thresholds?.[name] ?? usual]);
  // Made of the very names that are declared.
  return Object.fromEntries(values) as Record<keyof (typeof rules)[Id]['thresholds'] & string, number>;
}
