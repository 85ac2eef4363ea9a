/** Every permission, and which role holds it under which condition. Deny by default. Core, server, page, tests and documentation read this one table. */

export const roles = ['clinician', 'radiologist', 'nurse', 'reception', 'it-admin', 'compliance', 'trainee'] as const;
export type Role = (typeof roles)[number];

/** `any`: on every patient; `care-team`: only where the person is in the care team or has broken the glass. */
export type Condition = 'any' | 'care-team';

const all = { clinician: 'any', radiologist: 'any', nurse: 'any', reception: 'any', trainee: 'any' } as const;
const caring = { clinician: 'care-team', radiologist: 'care-team', nurse: 'care-team', trainee: 'care-team' } as const;

const table = {
  'patient.search': all,
  'patient.register': { clinician: 'any', nurse: 'any', reception: 'any' },
  'patient.banner': { ...caring, reception: 'any' },
  'chart.read': caring,
  'chart.write': { clinician: 'care-team', radiologist: 'care-team', nurse: 'care-team' },
  'note.write': { clinician: 'care-team', radiologist: 'care-team', nurse: 'care-team', trainee: 'care-team' },
  'note.sign': { clinician: 'care-team', radiologist: 'care-team', nurse: 'care-team' },
  'image.add': { clinician: 'care-team', radiologist: 'care-team', nurse: 'care-team' },
  'image.read': caring,
  'imaging.import': { clinician: 'any', radiologist: 'any', nurse: 'any' },
  'imaging.match': { clinician: 'any', radiologist: 'any', nurse: 'any' },
  'imaging.annotate': { clinician: 'care-team', radiologist: 'care-team' },
  'imaging.export': { clinician: 'care-team', radiologist: 'care-team' },
  'pacs.ask': { clinician: 'any', radiologist: 'any', nurse: 'any', 'it-admin': 'any' },
  // Answers carry names of patients: whoever looks after the network sees none.
  'pacs.find': { clinician: 'any', radiologist: 'any', nurse: 'any' },
  'reading.decide': { clinician: 'care-team', radiologist: 'care-team' },
  'report.write': { clinician: 'any', radiologist: 'any' },
  'report.sign': { clinician: 'care-team', radiologist: 'care-team' },
  'model.watch': { clinician: 'any', radiologist: 'any', 'it-admin': 'any' },
  'model.write': { 'it-admin': 'any' },
  'batch.run': { clinician: 'any', radiologist: 'any' },
  'document.add': { clinician: 'care-team', radiologist: 'care-team', nurse: 'care-team', reception: 'care-team' },
  'document.read': caring,
  'document.find': { clinician: 'any', radiologist: 'any', nurse: 'any', trainee: 'any' },
  'proposal.accept': { clinician: 'care-team', radiologist: 'care-team', nurse: 'care-team' },
  'records.import': { clinician: 'any', nurse: 'any', 'it-admin': 'any' },
  'records.export': { clinician: 'care-team' },
  'record.remove': { clinician: 'care-team', radiologist: 'care-team', nurse: 'care-team' },
  'patient.remove': { clinician: 'care-team' },
  'record.subject-access': { clinician: 'care-team' },
  'lifetime.read': { clinician: 'any', 'it-admin': 'any', compliance: 'any' },
  'lifetime.decide': { clinician: 'care-team', compliance: 'any' },
  'lifetime.rules': { 'it-admin': 'any', compliance: 'any' },
  'coaching.ask': { clinician: 'any', radiologist: 'any', nurse: 'any', trainee: 'any' },
  'coaching.ask-on-patient': caring,
  // A trainee opens what labels hide on a chart of their own patients, no other chart.
  'break-glass': { clinician: 'any', radiologist: 'any', nurse: 'any', trainee: 'care-team' },
  'care-team.read': { ...caring, 'it-admin': 'any', compliance: 'any' },
  'care-team.write': { clinician: 'care-team', nurse: 'care-team', 'it-admin': 'any' },
  'label.write': { clinician: 'care-team' },
  'audit.read': { 'it-admin': 'any', compliance: 'any' },
  'audit.patient': { compliance: 'any', clinician: 'care-team' },
  'incident.read': { 'it-admin': 'any', compliance: 'any' },
  // Who was concerned, by name: whoever answers for data protection has to tell them.
  'incident.patients': { compliance: 'any' },
  'incident.write': { compliance: 'any' },
  'users.read': { 'it-admin': 'any', compliance: 'any' },
  'users.write': { 'it-admin': 'any' },
  'settings.write': { 'it-admin': 'any' },
  'sync.read': { ...all, 'it-admin': 'any', compliance: 'any' },
  'sync.write': { 'it-admin': 'any', clinician: 'any' },
  'sync.settle': { clinician: 'any', radiologist: 'any', nurse: 'any' },
  'sync.pair': { 'it-admin': 'any' },
  'vault.read': { 'it-admin': 'any', compliance: 'any' },
  'vault.keys': { 'it-admin': 'any' },
  backup: { 'it-admin': 'any' },
  'backup.read': { 'it-admin': 'any', compliance: 'any' },
  'compliance.verify': { 'it-admin': 'any', compliance: 'any' },
} as const satisfies Record<string, Partial<Record<Role, Condition>>>;

export type Permission = keyof typeof table;

/** Permission → role → condition. */
export const permissions: Readonly<Record<Permission, Partial<Record<Role, Condition>>>> = table;

/**
 * May somebody with these roles do this?
 * @param inCareTeam whether the person is in the care team of the patient concerned (or has broken the glass); true where no patient is concerned
 */
export function decide(
  permission: Permission,
  held: readonly Role[],
  inCareTeam: boolean,
): 'allowed' | 'forbidden' | 'not-in-care-team' {
  let answer: 'forbidden' | 'not-in-care-team' = 'forbidden';
  for (const role of held) {
    const condition = permissions[permission][role];
    if (condition === 'any' || (condition === 'care-team' && inCareTeam)) return 'allowed';
    if (condition === 'care-team') answer = 'not-in-care-team';
  }
  return answer;
}
