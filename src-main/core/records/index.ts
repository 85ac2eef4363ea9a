/** Patients and their records: kept whole as FHIR R4, with narrow rows beside them for lists and searches. */
import type { Handlers } from '../bind.ts';
import { chartProcedures } from './chart.ts';
import { chartAddProcedures } from './chart-add.ts';
import { importExportProcedures } from './import-export.ts';
import { labelProcedures } from './labels.ts';
import { noteProcedures } from './notes.ts';
import { patientProcedures } from './patients.ts';

export { glassIsBroken, hasAccess, joinCareTeam } from './access.ts';
export { derive } from './derived.ts';
export { removeDerived } from './derived-tables.ts';
export { exportRecords } from './export.ts';
export { type ImportFile, type ImportOptions, type ImportResult, importFiles, recoverImports } from './import/run.ts';
export { type LookAlike, lookAlikes } from './look-alikes.ts';
export { folded, identifierKey, nameTokens } from './normal.ts';
export { knowsNumbers, leastNeeded } from './patient-record.ts';
export { rebuildDerived } from './rebuild.ts';
export { type Hidden, hiddenFrom, refuseHidden, unlessHidden } from './sensitivity.ts';
export { type PersonReference, personReference, signingProvenance, textAttachment } from './signing.ts';
export { sql } from './statements.ts';
export {
  applyRemote,
  deleteResource,
  hashOf,
  headOf,
  knownAs,
  logChange,
  nextStamp,
  type PutOptions,
  putResource,
  type RemoteChange,
  readResource,
  readVersion,
  resourcesOfPatient,
  type Stored,
} from './store.ts';

export const procedures: Handlers = {
  ...patientProcedures,
  ...chartProcedures,
  ...chartAddProcedures,
  ...noteProcedures,
  ...labelProcedures,
  ...importExportProcedures,
};
