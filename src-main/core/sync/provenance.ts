import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import type { Tx } from '../context.ts';

/** That a version was put together from two (FHIR R4 Provenance): nobody typed it as it stands. */
export function mergeProvenance(tx: Tx, merged: { type: string; id: string; version: number }): FhirResource {
  return {
    resourceType: 'Provenance',
    id: tx.chance.id(),
    target: [{ reference: `${merged.type}/${merged.id}` }],
    recorded: tx.at,
    activity: { text: 'Merged with a change of another workstation' },
    agent: [{ who: { display: 'Lamplight synchronisation' } }],
    entity: [{ role: 'source', what: { reference: `${merged.type}/${merged.id}/_history/${merged.version}` } }],
  };
}
