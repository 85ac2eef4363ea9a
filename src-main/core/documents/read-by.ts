/** What read a letter, in a few words for the log. */
import type { Page } from './page.ts';
import type { Engine } from './read-picture.ts';

/** Versions as installed; a test holds that they are. */
export const ENGINES = {
  tesseract: 'tesseract.js 7.0.0',
  neural: 'PP-OCRv4 det + PP-OCRv6 rec-latin',
} as const;
/** Of the rules that make lines for the chart out of text (entities/); to be raised when they change what they find. */
const ENTITIES_VERSION = '1.0';

/** `id version`, as a log entry names a model. */
export function readBy(engine: Engine, pages: readonly Pick<Page, 'source'>[]): string {
  const engines = engine === 'both' ? `${ENGINES.neural}, ${ENGINES.tesseract}` : ENGINES[engine];
  const recognised = pages.some((page) => page.source === 'recognised');
  const layer = pages.some((page) => page.source === 'text-layer');
  return nameOf([...(layer ? ['text layer'] : []), ...(recognised ? [engines] : [])].join(', ') || 'nothing to read');
}

/** For letters that were read before it was noted. */
export const READ_BY_UNKNOWN = nameOf('engine not recorded');

function nameOf(reader: string): string {
  return `letter entities (${reader}) ${ENTITIES_VERSION}`;
}
