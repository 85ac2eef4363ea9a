import vocabulary from '../../../../resources/vocabulary/analytes.json' with { type: 'json' };

/**
 * A laboratory analyte: names in the letters' languages (folded, parted by "|"), and its units as `UCUM low-high [LOINC]`, parted by ";", where low and high
 * bound what is plausible in a living patient (our own, wide) and LOINC names the usual serum, plasma, blood or stated specimen.
 * Names after "!" are short forms that count only with exactly these capitals.
 */
export interface Analyte {
  name: string;
  names: string[];
  abbreviations: string[];
  units: { ucum: string; low: number; high: number; loinc?: string }[];
  /** Printed without a unit as a rule (pH, INR). */
  unitless: boolean;
}

const rows: [names: string, units: string][] = vocabulary.analytes.map(([names = '', units = '']) => [names, units]);

export const analytes: Analyte[] = rows.map(([names, units]) => {
  const [long, short] = names.split('!');
  const list = (long ?? '').split('|');
  return {
    name: list[0] ?? '',
    names: list,
    abbreviations: short ? short.split('|') : [],
    units: units.split(';').map((unit) => {
      const [ucum, range, loinc] = unit.split(' ');
      const bounds = /^(-?[\d.]+)-(-?[\d.]+)$/.exec(range ?? '');
      return { ucum: ucum ?? '', low: Number(bounds?.[1]), high: Number(bounds?.[2]), loinc };
    }),
    unitless: units.startsWith('1 '),
  };
});
