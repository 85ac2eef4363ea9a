/** How what a person signs names that person, its words, and the signing itself. */
import type { Person } from '../../../src-shared/contract/session.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';

/** A person of the clinic, as references name them. */
export function personReference({ id, displayName }: Pick<Person, 'id' | 'displayName'>) {
  return { display: displayName, identifier: { system: 'urn:lamplight:person', value: id } };
}
export type PersonReference = ReturnType<typeof personReference>;

/** Words as an Attachment. */
export function textAttachment(words: string, title: string, creation: string) {
  return { contentType: 'text/plain; charset=utf-8', data: Buffer.from(words, 'utf8').toString('base64'), title, creation };
}

/** Who signed what, when, and which earlier one it amends. */
export function signingProvenance(
  type: 'DocumentReference' | 'DiagnosticReport',
  signed: { id: string; at: string; who: PersonReference; amends: string | undefined },
): FhirResource {
  return {
    resourceType: 'Provenance',
    target: [{ reference: `${type}/${signed.id}` }],
    recorded: signed.at,
    activity: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/v3-DocumentCompletion', code: 'LA', display: 'legally authenticated' },
      ],
    },
    agent: [
      {
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'author' }] },
        who: signed.who,
      },
    ],
    entity: signed.amends === undefined ? undefined : [{ role: 'revision', what: { reference: `${type}/${signed.amends}` } }],
  };
}
