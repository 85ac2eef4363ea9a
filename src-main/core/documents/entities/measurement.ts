import type { Context } from './context.ts';
import { dropEmpty, type Place, squeeze } from './entity.ts';
import { flagOf, judge, judgePressure, type Measured, repairUnit } from './measure.ts';
import type { LabEntity, VitalEntity } from './types.ts';

export type Measurement = VitalEntity | LabEntity;

/** What was read of one measurement. */
export interface Parts {
  name: string;
  measured: Measured | undefined;
  value: string;
  unit: string;
  place: Place;
  flag?: string;
  range?: string;
  date?: string;
  /** Recognised with a letter wrong. */
  fuzzy?: boolean;
}

/** Judges what was read and makes the entity. */
export function buildMeasurement(context: Context, parts: Parts): Measurement {
  const { measured } = parts;
  const value = squeeze(parts.value)
    .replace(/\s?([/x])\s?/, '$1')
    .replace(/^([<>]=?)\s/, '$1');
  const repaired = repairUnit(measured, value, parts.unit, context.decimalComma);
  const unit = repaired ?? parts.unit;
  const judged = judge(measured, value, unit, context.decimalComma, context.adult);
  const common = {
    value,
    unit,
    ucum: judged.ucum,
    loinc: judged.loinc,
    date: parts.date,
    referenceRange: parts.range ? squeeze(parts.range) : undefined,
  };
  if (measured?.kind === 'vital') {
    const type = measured.sign.type;
    const blood = type === 'blood pressure' ? judgePressure(value) : undefined;
    const doubtful = parts.place.doubtful || parts.fuzzy === true || !(blood ?? judged).plausible;
    const name = context.language === 'en' ? type : squeeze(parts.name);
    return {
      kind: 'vital',
      ...parts.place,
      doubtful,
      value: dropEmpty({
        name,
        type,
        ...common,
        valueNumber: blood ? undefined : judged.valueNumber,
        systolic: blood?.systolic,
        diastolic: blood?.diastolic,
      }),
    };
  }
  const doubtful =
    parts.place.doubtful ||
    parts.fuzzy === true ||
    repaired !== undefined ||
    !judged.plausible ||
    judged.valueNumber === undefined;
  return {
    kind: 'lab',
    ...parts.place,
    doubtful,
    value: dropEmpty({
      name: squeeze(parts.name),
      ...common,
      valueNumber: judged.valueNumber,
      flag: flagOf(parts.flag, judged.valueNumber, parts.range, context.decimalComma),
    }),
  };
}
