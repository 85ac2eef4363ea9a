/** Templates of reports: those that come with Lamplight, and over them what the clinic has made or changed. */
import { z } from 'zod';
import { type ReportTemplate, sections } from '../../../src-shared/contract/radiology.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { command, type Handlers, query } from '../bind.ts';
import type { Db } from '../context.ts';
import { deleteResource, putResource, readResource, type Stored } from '../records/index.ts';
import { allBasics, basic, contentOf } from './basic.ts';
import { builtInTemplates } from './built-in.ts';

const KIND = 'report-template';
const kept = z.object({ name: z.string(), modality: z.string().optional(), bodyPart: z.string().optional(), sections });

export const templateProcedures: Handlers = {
  'radiology.templates': query(({ vault }) => ({ templates: templatesOf(vault.db) })),
  'radiology.saveTemplate': command((_context, tx, { id, expectedVersion, ...content }) => {
    // A template that came with Lamplight becomes the clinic's own under the same id.
    const builtIn = id !== undefined && builtInTemplates.some((template) => template.id === id);
    if (id !== undefined && !builtIn && !templatesOf(tx.db).some((template) => template.id === id))
      throw new AppError('not-found', { what: 'template' });
    const written = putResource(tx, basic(KIND, id, content), { origin: 'person', expectedVersion });
    const stored = readResource(tx.db, 'Basic', written.id);
    const made = stored && templateIn(stored);
    if (!made) throw new Error('A template that was just kept cannot be read');
    return made;
  }),
  'radiology.removeTemplate': command((_context, tx, { id }) => {
    if (!templatesOf(tx.db).some((template) => template.id === id && !template.builtIn))
      throw new AppError('not-found', { what: 'template' });
    deleteResource(tx, 'Basic', id);
    return { ok: true as const };
  }),
};

function templatesOf(db: Db): ReportTemplate[] {
  const own = allBasics(db)
    .map(templateIn)
    .filter((template) => template !== undefined);
  const changed = new Set(own.map(({ id }) => id));
  return [...own, ...builtInTemplates.filter(({ id }) => !changed.has(id))].sort((one, other) =>
    one.name.localeCompare(other.name, 'en'),
  );
}

function templateIn(stored: Stored): ReportTemplate | undefined {
  const read = kept.safeParse(contentOf(KIND, stored));
  const { id } = stored.resource;
  return read.success && id !== undefined ? { ...read.data, id, builtIn: false, version: stored.version } : undefined;
}
