import vocabulary from '../../../../resources/vocabulary/vital-signs.json' with { type: 'json' };

/** Plausible values of a measurement in one unit, both ends included; outside, it is far more often misread than measured. */
export interface UnitRange {
  ucum: string;
  low: number;
  high: number;
}

export interface VitalSign {
  /** English name, as charts have it. */
  type: string;
  loinc?: string;
  units: UnitRange[];
  /** May stand without a unit ("BP 120/80"). */
  unitOptional?: boolean;
  names: string[];
  /** Short forms that count only in capitals as given here, and with a number right behind. */
  abbreviations?: string[];
}

export const vitalSigns: VitalSign[] = vocabulary.vitalSigns;

/** Words before a name that make it another patient's, another time's or a wished-for value. */
export const notCurrent =
  /(?:booking|previous|usual|target|dry|ideal|birth|maximum|max|minimum|predicted|expected|goal|fundal|uterine|pre-pregnancy|ventricular|parental|mother's|father's|al nacer|nacimiento|habitual|objetivo|previ[oa]|uterina?|de naissance|habituel|cible|ao nascer|alvo|anterior|ya kuzaliwa|wa kuzaliwa|जन्म)[\s:]+$/;
