import { createHash } from 'node:crypto';
import type { FhirResource } from '../../../../src-shared/fhir/types.ts';
import type { Belonging } from '../facts.ts';
import { fhirSex } from './matching.ts';

/** What tells people in files apart, as a hash. */
export function personKey(person: Belonging['patient']): string {
  return createHash('sha256')
    .update(JSON.stringify([person.name.toLowerCase(), person.id ?? '', person.birthDate ?? '']))
    .digest('hex');
}

/** Somebody new, as the files name them. */
export function patientResource(id: string, person: Belonging['patient']): FhirResource {
  const [alphabetic = '', ...others] = person.name.split(' = ');
  return {
    resourceType: 'Patient',
    id,
    active: true,
    ...(person.id
      ? {
          identifier: [
            {
              type: { text: 'DICOM Patient ID' },
              value: person.id,
              ...(person.issuer ? { assigner: { display: person.issuer } } : {}),
            },
          ],
        }
      : {}),
    name: [
      {
        use: 'official',
        text: alphabetic,
        ...(person.family ? { family: person.family } : {}),
        ...(person.given ? { given: person.given.split(/\s+/) } : {}),
      },
      ...others.map((text) => ({ use: 'usual', text })),
    ],
    ...(person.birthDate ? { birthDate: person.birthDate } : {}),
    gender: fhirSex(person.sex) ?? 'unknown',
  };
}
