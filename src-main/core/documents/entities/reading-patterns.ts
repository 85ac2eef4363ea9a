import { wordPattern } from './fold.ts';
import { measuredAbbreviations, measuredNames } from './measure.ts';
import { numberPattern, unitPattern } from './units.ts';

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
/** Names in folded text. */
export const names = new RegExp(wordPattern(measuredNames), 'gu');
/** Short forms in printed text. */
export const abbreviations = new RegExp(
  `(?<![\\p{L}\\p{M}\\p{N}/-])(?:${[...measuredAbbreviations]
    .sort((a, b) => b.length - a.length)
    .map(literal)
    .join('|')})(?![\\p{L}\\p{M}/])`,
  'gu',
);

// Words that may stand between a name and its number. "above", "below" and "target" are not among them: such numbers are limits, not measurements.
const between =
  "(?:\\s*\\([^()\\n]{1,40}\\))?(?:[\\s:=.|\\-]*|\\s*,\\s*)(?:(?:is|was|were|of|at|today|now|level|count|rate|result|reading|measured|recorded|approximately|about|came\\s+back\\s+at|on\\s+(?:room\\s+)?air|on\\s+(?:admission|arrival|discharge|examination)|at\\s+(?:rest|discharge|admission)|in\\s+clinic|regular|irregular|resting|sitting|standing|random|fasting|es|era|fue|del?|a|la|el|hoy|al\\s+(?:ingreso|alta)|est|etait|aujourd'hui|ce\\s+jour|d'entree|de\\s+sortie|a\\s+l'entree|a\\s+la\\s+sortie|e|foi|hoje|com|ya|ni|ilikuwa|kwa|leo|है|था|थी|का|की)[\\s:=]+){0,4}";
export const flagPattern = '(?:H{1,2}|L{1,2}|↑+|↓+|\\*+|high|low)';
const rangePattern = '[<>]=?\\s?\\d+(?:[.,]\\d+)?|\\d+(?:[.,]\\d+)?\\s*(?:-|to|a)\\s*\\d+(?:[.,]\\d+)?';
export const pressure = '\\d{2,3}\\s?[/x]\\s?\\d{1,3}';
const bracketedRange = `\\s*[\\[(]\\s*(?:ref(?:erence)?\\.?(?:\\s+range)?|normal(?:\\s+range)?|nr|rr|n|vn|vr)?\\s*:?\\s*(?<range>${rangePattern})[^)\\]]{0,20}[\\])]`;
const bareRange = `[\\s\\t]+(?<bare>${rangePattern})(?=\\s*(?:\\n|$))`;

/** What follows a name: number, flag, unit, range. Sticky, over folded text. */
export const reading = new RegExp(
  `${between}(?<number>${numberPattern})(?![\\d]|[.,]\\d|\\s?/\\s?\\d{2,3}(?!\\d))(?:\\s*(?<flag>${flagPattern})(?=\\s))?(?:\\s*(?<unit>${unitPattern}))?(?:\\s*\\(?(?<later>${flagPattern})\\)?(?=[\\s,;.)]))?(?:${bracketedRange}|${bareRange})?`,
  'uyi',
);
export const pressureReading = new RegExp(
  `${between}(?<number>${pressure})(?!\\s?/|\\d)(?:\\s*(?<unit>mm\\s?hg|cm\\s?hg))?`,
  'uyi',
);
