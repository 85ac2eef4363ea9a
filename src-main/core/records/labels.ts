/** Setting and removing the labels that narrow who sees an entry. */
import { labelsOf, withLabels } from '../../../src-shared/access/sensitivity.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers } from '../bind.ts';
import { putResource, readResource } from './store.ts';

export const labelProcedures: Handlers = {
  'labels.set': command((_context, tx, { patient, type, id, codes }) => {
    const stored = readResource(tx.db, type, id);
    // Who a patient is stays readable at the front desk.
    if (stored === undefined || stored.patient !== patient || type === 'Patient')
      throw new AppError('not-found', { what: 'entry' });
    const before = labelsOf(stored.resource);
    if (before.length === codes.length && before.every((code) => codes.includes(code))) return { version: stored.version };
    const { version } = putResource(tx, withLabels(stored.resource, [...new Set(codes)]), {
      patient,
      origin: stored.origin,
      expectedVersion: stored.version,
      file: stored.file ?? undefined,
    });
    tx.changed(['patients', 'chart', 'documents', 'images', 'readings'], patient);
    return { version };
  }),
};
