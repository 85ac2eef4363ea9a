import type { Box, Grey } from '../../page.ts';
import type { ReadLine } from './read-line.ts';

/** `look`: find the lines, in whichever way the page lies, and read a few. `boxes`: read just these. */
export type NeuralAsk = { look: Grey } | { boxes: Box[]; of: Grey };

export interface FirstLook {
  /** Quarter turns clockwise until the page stands upright. */
  turns: number;
  /** All lines, on the page turned upright. */
  boxes: Box[];
  /** Those of them that were read already. */
  read: ReadLine[];
  /** Text of the lines that were sampled. */
  text: string;
  /** The sample is Latin script beyond doubt. */
  certain: boolean;
}
