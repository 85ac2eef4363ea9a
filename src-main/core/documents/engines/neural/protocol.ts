import type { Box, Grey } from '../../page.ts';
import type { ReadLine } from './read-line.ts';

/** `page`: find and read all lines, in whichever way the page lies. `boxes`: read just these. */
export type NeuralAsk = { page: Grey } | { boxes: Box[]; of: Grey };

export interface NeuralPage {
  /** Quarter turns clockwise until the page stands upright. The boxes are those of the turned page. */
  turns: number;
  lines: ReadLine[];
}
