import vocabulary from '../../../../resources/vocabulary/diseases.json' with { type: 'json' };
import { wordPattern } from './fold.ts';

/** Names a disease, in folded text: tells a diagnosis from its attributes and finds one outside its section. */
export const diseasePattern = wordPattern(vocabulary.diseases);
