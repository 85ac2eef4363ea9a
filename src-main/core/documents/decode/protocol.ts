import type { Rules } from '../clean/rules.ts';
import type { Grey, ReadWord } from '../page.ts';

export type DecodeAsk = { open: Uint8Array } | { page: number };

export interface DecodedPage {
  /** Straightened, but it may stand on its head. */
  image: Grey;
  /** Degrees by which it was turned clockwise. */
  rotation: number;
  rules: Rules;
  /** Words of the text layer where there is a sound one. */
  layer: ReadWord[] | null;
}
