/** A letter read: its pages, and what it says that may go into the chart. */
import { type Entity, extractEntities } from './entities/index.ts';
import { type Page, type RecogniseOptions, recogniseDocument } from './recognise.ts';

export interface Letter {
  pages: Page[];
  entities: Entity[];
  /** Milliseconds, recognition and extraction together. */
  ms: number;
}

/** Throws `document-*`, `image-*`, `language-missing`, `cancelled`. */
export async function recogniseLetter(bytes: Uint8Array, options: RecogniseOptions): Promise<Letter> {
  const { pages, ms } = await recogniseDocument(bytes, options);
  const started = performance.now();
  const entities = extractEntities(pages, { language: pages[0]?.language });
  return { pages, entities, ms: Math.round(ms + performance.now() - started) };
}
