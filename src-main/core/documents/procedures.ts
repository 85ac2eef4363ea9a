import { labelsOf, withLabels } from '../../../src-shared/access/sensitivity.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, query, startJob } from '../bind.ts';
import { putResource, readResource } from '../records/index.ts';
import { type Entity, toResourceDraft } from './entities/index.ts';
import { addDocument, correctWord, decideProposal, findDocuments, getDocument, openProposal, pageImage } from './store.ts';

const ok = { ok: true as const };

export const documentProcedures: Handlers = {
  'documents.add': startJob(async (context, input) => ({
    job: context.jobs.start({
      kind: 'document',
      title: 'Reading a letter',
      unit: 'pages',
      patient: input.patient,
      run: async (job) => addDocument(context, { ...input, ...(await context.uploads.take(input.upload)) }, job),
    }),
  })),
  'documents.get': query((context, input) => getDocument(context.vault.db, input.patient, input.id)),
  'documents.page': query(async (context, input) => {
    const file = pageImage(context.vault.db, input.patient, input.id, input.page);
    return { bytes: await context.vault.files.read(file), mediaType: context.vault.files.find(file)?.mediaType ?? 'image/jpeg' };
  }),
  'documents.correct': command((_context, tx, input) => {
    correctWord(tx, input.patient, input.id, input.page, input.word, input.text);
    return ok;
  }),
  'documents.accept': command((_context, tx, input) => {
    const entity = openProposal(tx.db, input.patient, input.id, input.proposal);
    // What the clinician typed over has the same fields as what was offered.
    const final = input.value ? ({ ...entity, value: { ...entity.value, ...input.value } } as Entity) : entity;
    const draft = toResourceDraft(final, input.patient, input.id);
    if (!draft) throw new AppError('not-found', { what: 'chart entry for this line' });
    // What stands in a letter that is kept from somebody is kept from them in the chart too.
    const letter = readResource(tx.db, 'DocumentReference', input.id)?.resource;
    const { id } = putResource(tx, withLabels({ ...draft, id: tx.chance.id() }, letter ? labelsOf(letter) : []), {
      patient: input.patient,
      origin: 'person',
    });
    const how = `${entity.kind} accepted${Object.keys(input.value ?? {}).length > 0 ? ', changed' : ''}`;
    decideProposal(tx, { document: input.id, proposal: input.proposal, how }, 'accepted', { type: draft.resourceType, id });
    tx.changed(['documents', 'chart'], input.patient);
    return { type: draft.resourceType, id };
  }),
  'documents.setAside': command((_context, tx, input) => {
    const { kind } = openProposal(tx.db, input.patient, input.id, input.proposal);
    decideProposal(tx, { document: input.id, proposal: input.proposal, how: `${kind} set aside` }, 'set-aside');
    tx.touched({ type: 'DocumentReference', id: input.id });
    tx.changed(['documents'], input.patient);
    return ok;
  }),
  'documents.find': query((context, input) => findDocuments(context, input.text, input.patient, input.limit)),
};
