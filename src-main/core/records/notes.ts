/** Signed notes: immutable once signed; corrections are addenda that point to the note, each with its provenance. */

import { labelsOf } from '../../../src-shared/access/sensitivity.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { at, parts, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { command, type Handlers, query } from '../bind.ts';
import type { Db } from '../context.ts';
import { hiddenFrom } from './sensitivity.ts';
import { personReference, signingProvenance, textAttachment } from './signing.ts';
import { sql } from './statements.ts';
import { putResource, readResource } from './store.ts';

const LOINC = 'http://loinc.org';

export const noteProcedures: Handlers = {
  'notes.sign': command((context, tx, { patient, title, text: words, draftKey, addendumTo }) => {
    if (addendumTo !== undefined) noteOf(tx.db, patient, addendumTo);
    const author = personReference(context.person);
    const note: FhirResource = {
      resourceType: 'DocumentReference',
      status: 'current',
      docStatus: addendumTo === undefined ? 'final' : 'amended',
      type: { coding: [{ system: LOINC, code: '34109-9', display: 'Note' }] },
      category: [
        {
          coding: [
            {
              system: 'http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category',
              code: 'clinical-note',
              display: 'Clinical Note',
            },
          ],
        },
      ],
      subject: { reference: `Patient/${patient}` },
      date: tx.at,
      author: [author],
      authenticator: author,
      relatesTo:
        addendumTo === undefined ? undefined : [{ code: 'appends', target: { reference: `DocumentReference/${addendumTo}` } }],
      description: title,
      content: [{ attachment: textAttachment(words, title, tx.at) }],
    };
    const { id } = putResource(tx, note, { patient, origin: 'person', expectedVersion: 0 });
    const signed = { id, at: tx.at, who: author, amends: addendumTo };
    putResource(tx, signingProvenance('DocumentReference', signed), { patient, origin: 'person' });
    if (draftKey !== undefined) sql(tx.db, 'DELETE FROM draft WHERE person = ? AND key = ?').run(context.person.id, draftKey);
    return { id };
  }),

  'notes.read': query((context, { patient, id }) => {
    const { db } = context.vault;
    const addenda = sql<{ id: string }>(
      db,
      "SELECT f.id FROM reference f JOIN resource r ON r.type = f.type AND r.id = f.id WHERE f.target_type = 'DocumentReference' AND f.target_id = ? AND f.type = 'DocumentReference' AND r.patient = ? ORDER BY r.hlc",
    ).all(id, patient);
    const hidden = hiddenFrom(context, patient);
    const signed = noteOf(db, patient, id);
    const { title, ...note } = shown(signed);
    const seen = addenda.filter((one) => !hidden.has(`DocumentReference/${one.id}`));
    return {
      title,
      ...note,
      labels: labelsOf(signed),
      addenda: seen.map((one) => {
        const { title: _, ...addendum } = shown(noteOf(db, patient, one.id));
        return { id: one.id, ...addendum };
      }),
    };
  }),
};

function noteOf(db: Db, patient: string, id: string): FhirResource {
  const stored = readResource(db, 'DocumentReference', id);
  if (stored === undefined || stored.patient !== patient) throw new AppError('not-found', { what: 'note' });
  return stored.resource;
}

function shown(note: FhirResource): { title: string; text: string; author: string; signedAt: string } {
  const data = text(at(note.content, 'attachment', 'data'));
  return {
    title: text(note.description) ?? text(at(note.content, 'attachment', 'title')) ?? 'Note',
    text: data === undefined ? '' : Buffer.from(data, 'base64').toString('utf8'),
    author: text(at(note.authenticator, 'display')) ?? text(parts(note.author)[0]?.display) ?? 'unknown',
    signedAt: text(note.date) ?? '',
  };
}
