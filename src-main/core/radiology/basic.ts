/** What belongs to no patient (templates, preferences) as FHIR Basic resources: versioned, encrypted and synchronised as everything else. */
import { at, codeOf, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { readJson } from '../../../src-shared/json.ts';
import type { Db } from '../context.ts';
import { readResource, type Stored } from '../records/index.ts';

const SYSTEM = 'urn:lamplight:basic';
const CONTENT = 'urn:lamplight:content';

export type Kind = 'report-template' | 'viewer-preferences';

export function basic(kind: Kind, id: string | undefined, content: unknown): FhirResource {
  return {
    resourceType: 'Basic',
    id,
    code: { coding: [{ system: SYSTEM, code: kind }] },
    extension: [{ url: CONTENT, valueString: JSON.stringify(content) }],
  };
}

/** The content as it was kept; undefined where it is of another kind or unreadable. */
export function contentOf(kind: Kind, { resource }: Stored): unknown {
  if (codeOf(resource.code, SYSTEM) !== kind || text(at(resource.extension, 'url')) !== CONTENT) return undefined;
  return readJson(text(at(resource.extension, 'valueString')) ?? '');
}

export function allBasics(db: Db): Stored[] {
  const rows = db
    .prepare<[], { id: string }>("SELECT id FROM resource WHERE type = 'Basic' AND patient IS NULL AND deleted = 0 ORDER BY id")
    .all();
  return rows.map(({ id }) => readResource(db, 'Basic', id)).filter((stored) => stored !== undefined);
}
