// Units as letters print them, and their UCUM codes (unitsofmeasure.org, case-sensitive codes). Our own small table.

const atoms: [printed: string, ucum: string][] = [
  ['mmol', 'mmol'],
  ['umol', 'umol'],
  ['micromol', 'umol'],
  ['mcmol', 'umol'],
  ['nmol', 'nmol'],
  ['pmol', 'pmol'],
  ['mol', 'mol'],
  ['meq', 'meq'],
  ['mosmol', 'mosm'],
  ['mosm', 'mosm'],
  ['kg', 'kg'],
  ['mg', 'mg'],
  ['mcg', 'ug'],
  ['ug', 'ug'],
  ['ng', 'ng'],
  ['pg', 'pg'],
  ['g', 'g'],
  ['dl', 'dL'],
  ['ml', 'mL'],
  ['ul', 'uL'],
  ['fl', 'fL'],
  ['l', 'L'],
  ['1', 'L'],
  ['i', 'L'],
  ['\\|', 'L'],
  ['miu', 'm[IU]'],
  ['mui', 'm[IU]'],
  ['uiu', 'u[IU]'],
  ['uui', 'u[IU]'],
  ['kiu', 'k[IU]'],
  ['iu', '[IU]'],
  ['ui', '[IU]'],
  ['mu', 'm[IU]'],
  ['ku', 'k[IU]'],
  ['u', 'U'],
  ['mm3', 'mm3'],
  ['cumm', 'mm3'],
  ['mmhg', 'mm[Hg]'],
  ['mm', 'mm'],
  ['cm', 'cm'],
  ['m', 'm'],
  ['m2', 'm2'],
  ['1[.,]73\\s?m2', '{1.73_m2}'],
  ['1[.,]73', '{1.73_m2}'],
  ['24\\s?h(?:r|rs|ours)?', '(24.h)'],
  ['h', 'h'],
  ['hr', 'h'],
  ['hora', 'h'],
  ['min(?:ute|uto|uta)?', 'min'],
  ['sec', 's'],
  ['s', 's'],
  ['day', 'd'],
  ['d', 'd'],
  ['cells?', '{cells}'],
  ['celulas', '{cells}'],
  ['copies', '{copies}'],
  ['100\\s?ml', 'dL'],
  ['hpf', '[HPF]'],
  ['x?10\\*?\\^?9', '10*9'],
];

const atomPattern = [...atoms]
  .map(([printed]) => printed)
  .sort((a, b) => b.length - a.length)
  .join('|');

// "10^9/L" as printed or as recognition leaves it: the power sign is the first to go.
const powers = '[x*]?\\s?10\\s?[\\^*°e%"\'7~]{0,2}\\s?(?:9|12|6|3)\\s?(?:\\/\\s?(?:l|1|\\||i|ul|ml|mm3))';

const wholes: [pattern: string, ucum: string][] = [
  ['mm\\s?[hi][gq9]', 'mm[Hg]'],
  ['cm\\s?hg', 'cm[Hg]'],
  ['kpa', 'kPa'],
  ['cm\\s?h2o', 'cm[H2O]'],
  ['(?:°|°\\s|deg\\s?)c(?:elsius)?', 'Cel'],
  ['(?:°|°\\s|deg\\s?)f(?:ahrenheit)?', '[degF]'],
  ['%', '%'],
  ['beats\\s?\\/\\s?min(?:ute)?', '/min'],
  ['breaths\\s?\\/\\s?min(?:ute)?', '/min'],
  ['(?:beats|breaths)\\s+per\\s+min(?:ute)?', '/min'],
  [
    '(?:bpm|[li1|]pm|rpm|ppm|irpm|mrpm|cpm|bat\\.?\\/min|batt?\\.?\\/min|resp\\.?\\/min|cycles?\\/min|puls\\.?\\/min|lat\\.?\\/min)',
    '/min',
  ],
  ['por\\s+minuto', '/min'],
  ['par\\s+minute', '/min'],
  ['per\\s+minute', '/min'],
  ['kwa\\s+dakika', '/min'],
  ['\\/\\s?(?:min(?:uto|ute)?|mn|dk|dakika|मिनट)', '/min'],
  ['प\\p{M}*्?र\\p{M}*त\\p{M}*\\s+म\\p{M}*न\\p{M}*ट', '/min'],
  ['kg\\s?\\/\\s?m\\s?2', 'kg/m2'],
  ['kgs?|kilos?|किलो(?:ग्राम)?|किग्रा', 'kg'],
  ['lbs?|pounds?', '[lb_av]'],
  ['seconds?|segundos?|secondes?|secs?', 's'],
  ['\\/\\s?(?:ul|mm3|cumm|cu\\.?\\s?mm)', '/uL'],
  ['\\/\\s?hpf', '/[HPF]'],
  ['lakhs?\\s?\\/\\s?(?:cumm|mm3|ul)', '10*5/uL'],
  ['cells?\\s?\\/\\s?(?:ul|mm3|cumm)', '/uL'],
  ['thousands?\\s?\\/\\s?(?:ul|mm3)', '10*3/uL'],
  ['millions?\\s?\\/\\s?(?:ul|mm3)', '10*6/uL'],
  ['giga\\s?\\/\\s?l', '10*9/L'],
  ['tera\\s?\\/\\s?l', '10*12/L'],
];

const singles = 'kg|cm|mm|fl|pg|mg|g|m|u|s|sec|l|ml|iu|ui|ng|ug|meq';

/** A unit in folded text; no letter may follow. */
export const unitPattern = `(?:${wholes.map(([pattern]) => pattern).join('|')}|${powers}|(?:${atomPattern})(?:\\s?\\/\\s?(?:${atomPattern}))+|${singles})(?![\\p{L}\\p{M}\\d])`;

const wholeUnits = wholes.map(([pattern, ucum]): [RegExp, string] => [new RegExp(`^(?:${pattern})$`, 'u'), ucum]);
const atomUnits = atoms.map(([printed, ucum]): [RegExp, string] => [new RegExp(`^${printed}$`, 'u'), ucum]);

/** UCUM code of a unit given folded, or undefined when it is not known. */
export function ucumOf(folded: string): string | undefined {
  const unit = folded.trim().replace(/\s+/g, ' ');
  for (const [pattern, ucum] of wholeUnits) if (pattern.test(unit)) return ucum;
  const power = /^[x*]?\s?10\s?(?:[^\d\s/]{0,2}|7)\s?(9|12|6|3)\s?\/\s?(ul|ml|mm3|l|1|\||i)$/.exec(unit);
  if (power) return `10*${power[1]}/${power[2] === 'ul' || power[2] === 'mm3' ? 'uL' : power[2] === 'ml' ? 'mL' : 'L'}`;
  const parts = unit.split('/').map((part) => {
    const printed = part.trim();
    return atomUnits.find(([pattern]) => pattern.test(printed))?.[1];
  });
  // A lone "1" or "i" stands for a misread litre only below a stroke.
  if (parts[0] === 'L' && !unit.startsWith('l')) return undefined;
  return parts.every((part) => part !== undefined) ? parts.join('/').replace('min/{1.73', 'min/{1.73') : undefined;
}

/** The unit as printed, with line ends and blanks around strokes taken out and the usual misreadings of its signs put right. */
export function tidyUnit(printed: string): string {
  return printed
    .trim()
    .replace(/^[x*×]\s*(?=10)/, '')
    .replace(/\s+/g, ' ')
    .replace(/\s?\/\s?/g, '/')
    .replace(/\/[1|I]$/, '/L')
    .replace(/^10(?:[°%"'~]{1,2}|7)(9|12|6|3)(?=\/)/, '10^$1')
    .replace(/^mm\s?[HhIi][q9]$/, 'mmHg')
    .replace(/^[I1|]pm$/, 'lpm');
}

/** A number in folded text: sign of comparison, thousands, decimal point or comma. */
export const numberPattern = '[<>]?=?\\s?\\d{1,3}(?:[ ,.]\\d{3})+(?:[.,]\\d{1,2})?(?![\\d])|[<>]?=?\\s?\\d+(?:[.,]\\d+)?';

/** The number behind a printed value; a comma is decimal unless exactly three digits follow in a letter with decimal points. */
export function toNumber(printed: string, decimalComma: boolean): number | undefined {
  const bare = printed.replace(/[<>≤≥=\s]/g, '');
  if (!/^\d+(?:[.,]\d+)*$/.test(bare)) return undefined;
  const marks = bare.replace(/\d/g, '');
  if (marks.length > 1) {
    const last = Math.max(bare.lastIndexOf('.'), bare.lastIndexOf(','));
    const mixed = marks.includes('.') && marks.includes(',');
    return Number(mixed ? `${bare.slice(0, last).replace(/[.,]/g, '')}.${bare.slice(last + 1)}` : bare.replace(/[.,]/g, ''));
  }
  const grouped = /^[1-9]\d{0,2}([.,])\d{3}$/.exec(bare);
  if (grouped && (grouped[1] === ',') !== decimalComma) return Number(bare.replace(/[.,]/, ''));
  return Number(bare.replace(',', '.'));
}
