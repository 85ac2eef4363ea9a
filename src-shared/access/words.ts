/** What each permission lets somebody do, in a few words: for the table in the settings and for docs/permissions.md. */
import { powerful, powers } from './fresh.ts';
import { type Condition, type Permission, permissions, type Role, roles } from './permissions.ts';
import { sensitivities, sensitivityCodes } from './sensitivity.ts';

const words: Partial<Record<Permission, string>> = {
  'patient.search': 'Find patients',
  'patient.register': 'Register a patient',
  'patient.banner': 'See who a patient is, and their allergies',
  'patient.remove': 'Remove a patient, and bring them back',
  'chart.read': 'Read the chart',
  'chart.write': 'Add to the chart, end problems and medicines',
  'record.remove': 'Remove an entry, and bring it back',
  'note.write': 'Draft a note',
  'note.sign': 'Sign a note',
  'image.add': 'Add photographs',
  'image.read': 'See photographs and studies',
  'imaging.import': 'Import studies',
  'imaging.match': 'Say whose a study is',
  'imaging.annotate': 'Measure and mark in studies',
  'imaging.export': 'Export studies',
  'pacs.ask': 'See which archives are known and whether they answer',
  'pacs.find': 'Search the archive and its worklist',
  'reading.decide': 'Decide on readings of a model',
  'report.write': 'Keep templates of reports',
  'report.sign': 'Sign a report',
  'model.watch': 'See how models do',
  'model.write': 'Install and withdraw models',
  'batch.run': 'Have many pictures read at once',
  'document.add': 'Take in letters',
  'document.read': 'Read letters',
  'document.find': 'Search letters of own patients',
  'proposal.accept': 'Accept what was read in letters into the chart',
  'records.import': 'Import records',
  'records.export': 'Export a chart',
  'record.subject-access': 'Give a patient a copy of all about them',
  'coaching.ask': 'Ask the coach',
  'coaching.ask-on-patient': 'Ask the coach about a patient',
  'break-glass': 'Open a record in an emergency',
  'care-team.read': 'See the care team',
  'care-team.write': 'Change the care team',
  'label.write': 'Label entries as sensitive',
  'lifetime.read': 'See what is due to be erased and what is held',
  'lifetime.decide': 'Decide on erasure and legal holds',
  'lifetime.rules': 'Set how long records are kept',
  'audit.read': 'Read the audit',
  'audit.patient': 'See who has seen a record',
  'incident.read': 'See incidents',
  'incident.patients': 'See which patients an incident concerns',
  'incident.write': 'Work on incidents',
  'users.read': 'See the people of this vault',
  'users.write': 'Add people, change roles, reset passwords and second factors',
  'settings.write': 'Change settings',
  'sync.read': 'See the state of synchronisation',
  'sync.write': 'Synchronise now',
  'sync.settle': 'Settle conflicts',
  'sync.pair': 'Pair with a server',
  'vault.read': 'See the state of the keys',
  'vault.keys': 'Change keys, recovery code and escrow',
  backup: 'Make and restore backups',
  'backup.read': 'See the state of backups',
  'compliance.verify': 'Check compliance',
};

/** In words; a permission that has none yet, by its name. */
export function wordsOf(permission: Permission): string {
  return words[permission] ?? permission;
}

// `Object.keys` of the table answers its keys.
export const allPermissions = Object.keys(permissions) as Permission[];

const SHORT: Readonly<Record<Condition, string>> = { any: 'yes', 'care-team': 'own patients' };

/** The whole table as Markdown, for the documentation. */
export function permissionsDocument(): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = (count: number) => line(Array.from({ length: count }, () => '---'));
  const held = (permission: Permission, role: Role) => {
    const condition = permissions[permission][role];
    return condition ? SHORT[condition] : '–';
  };
  return [
    '# Who may do what',
    '',
    'Made from `src-shared/access`, which core, page and tests read; `tests/access` fails where this page says something else, and tries every procedure as every role.',
    'What nobody is given here is denied. “Own patients”: whoever is in the care team of the patient, or has opened the record in an emergency within the last 60 minutes',
    'and not ended it. Several roles add up. A role of an administrator rests where the clinic asks for a second factor and the time to turn it on is over.',
    '',
    line(['may', 'permission', ...roles]),
    rule(roles.length + 2),
    ...allPermissions.map((permission) =>
      line([wordsOf(permission), `\`${permission}\``, ...roles.map((role) => held(permission, role))]),
    ),
    '',
    '## What asks for the password again',
    '',
    'An open screen is not enough for what gives lasting power: it is refused unless the person typed their password within the last five minutes (signing in and unlocking are typing it; the setting',
    `\`passwordHoldsMs\` makes it less). That is whatever needs ${powers.map((power) => `\`${power}\``).join(', ')}, except how the screen looks, and`,
    `${powerful.map((name) => `\`${name}\``).join(', ')}. Acts on a second factor take the password each time.`,
    '',
    '## Labels',
    '',
    'An entry with one of these labels (HL7 v3 Confidentiality or ActCode, in `meta.security`, a document’s `securityLabel` or a composition’s `confidentiality`) is shown only to',
    'these roles of its care team, and for an hour to whoever opens the record in an emergency. Hidden with it: whatever refers to it (a reading of the picture, an addendum), the values of',
    'such a report, and its contents. Everybody else of the care team is told how many entries are hidden, and whether allergies are among them. Labels on the patient as a whole do not hide',
    'name and birth date: the front desk must know who somebody is.',
    '',
    line(['label', 'means', 'shown to']),
    rule(3),
    ...sensitivityCodes.map((code) => line([`\`${code}\``, sensitivities[code].words, sensitivities[code].roles.join(', ')])),
    '',
  ].join('\n');
}
