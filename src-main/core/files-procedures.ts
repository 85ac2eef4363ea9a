import { AppError } from '../../src-shared/errors/index.ts';
import { type Handlers, query } from './bind.ts';

export const fileProcedures: Handlers = {
  'files.read': query(async (context, input) => {
    const stored = context.vault.files.find(input.file);
    if (!stored || stored.patient !== input.patient) throw new AppError('not-found', { what: 'file' });
    const bytes = await context.vault.files.read(input.file, input.offset, input.length);
    return { bytes, total: stored.size, mediaType: stored.mediaType };
  }),
};
