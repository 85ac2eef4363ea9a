/** Keys of the viewer and text macros of each person. */
import { preferences } from '../../../src-shared/contract/radiology.ts';
import { command, type Handlers, query } from '../bind.ts';
import { putResource, readResource } from '../records/index.ts';
import { basic, contentOf } from './basic.ts';

const KIND = 'viewer-preferences';
const none = { keys: {}, macros: [] };

export const preferenceProcedures: Handlers = {
  'radiology.preferences': query(({ vault, person }) => {
    const stored = readResource(vault.db, 'Basic', idFor(person.id));
    const read = preferences.safeParse(stored && contentOf(KIND, stored));
    return read.success ? read.data : none;
  }),
  'radiology.setPreferences': command(({ person }, tx, wanted) => {
    putResource(tx, basic(KIND, idFor(person.id), wanted), { origin: 'person' });
    tx.changed(['settings']);
    return { ok: true as const };
  }),
};

function idFor(person: string): string {
  return `viewer-${person}`.slice(0, 64);
}
