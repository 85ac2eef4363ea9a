/** A clinic of generated patients: the same for the same seed and day. */
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { Chart, SAMPLE_META, YEAR_MS } from './clinic.ts';
import { dice } from './dice.ts';
import { newPerson, patientResource, type SamplePerson } from './people.ts';
import { type Story, stories } from './stories.ts';

export interface SamplePatient {
  person: SamplePerson;
  story: Story;
  /** The patient first. */
  resources: FhirResource[];
}

export interface SampleClinic {
  /** Organisation and practitioners. */
  shared: FhirResource[];
  patients: SamplePatient[];
}

const practitioners = [
  ['Rosalind', 'Achterberg'],
  ['Jomo', 'Wekesa'],
  ['Ines', 'Falcão'],
] as const;

export function generateClinic(wanted: { patients: number; seed: number }, nowMs: number): SampleClinic {
  const chance = dice(wanted.seed);
  const organisation: FhirResource = {
    resourceType: 'Organization',
    id: chance.id(nowMs),
    meta: SAMPLE_META,
    active: true,
    name: 'Lampton Sample Clinic',
  };
  const staff = practitioners.map(
    ([given, family]): FhirResource => ({
      resourceType: 'Practitioner',
      id: chance.id(nowMs),
      meta: SAMPLE_META,
      active: true,
      name: [{ family, given: [given], prefix: ['Dr'] }],
    }),
  );
  const patients = Array.from({ length: wanted.patients }, (_, index): SamplePatient => {
    // Each story in turn, so that a small clinic has one of each.
    const story = stories[index % stories.length];
    const doctor = staff[index % staff.length];
    if (story === undefined || doctor === undefined) throw new Error('no story');
    const person = newPerson(chance, nowMs, story);
    const chart = new Chart(chance, nowMs, person.id, {
      reference: `Practitioner/${doctor.id}`,
      display: `Dr ${practitioners[index % staff.length]?.join(' ')}`,
    });
    story.tell(chart, person);
    const died = story.diedYearsAgo === undefined ? undefined : nowMs - story.diedYearsAgo * YEAR_MS;
    const patient = {
      ...patientResource(chance, person, index + 1, died),
      managingOrganization: { reference: `Organization/${organisation.id}` },
    };
    return { person, story, resources: [patient, ...chart.resources] };
  });
  return { shared: [organisation, ...staff], patients };
}
