/** A box on its page: [x0, y0, x1, y1], in the same unit as the page's width and height. */
export type Box = [x0: number, y0: number, x1: number, y1: number];

export interface PageWord {
  text: string;
  box: Box;
  /** 0 to 1, as the recognising engine gave it. */
  confidence: number;
  doubtful: boolean;
  /** Running line number on the page in reading order; derived from the boxes when absent. */
  line?: number;
}

export interface PageText {
  /** From 1. */
  page: number;
  width: number;
  height: number;
  text: string;
  words: PageWord[];
}

export interface MedicationValue {
  /** As printed, with its form when the form stands before the dose ("Salbutamol inhaler"). */
  name: string;
  dose?: string;
  /** Strength of the preparation when the dose is given apart from it ("250 mg/5 mL"). */
  strength?: string;
  route?: string;
  frequency?: string;
  status?: MedicationStatus;
}

export type MedicationStatus = 'new' | 'new dose' | 'increased' | 'reduced' | 'unchanged' | 'STOPPED';

export interface MeasurementValue {
  /** As printed; for vital signs in English letters the usual long name ("oxygen saturation" for SpO2). */
  name: string;
  /** As printed, decimal comma and comparison sign kept. */
  value: string;
  valueNumber?: number;
  /** As printed; empty when none is printed. */
  unit: string;
  /** UCUM code of the unit, when the unit is known. */
  ucum?: string;
  loinc?: string;
  flag?: 'H' | 'L';
  /** ISO date of the measurement, when the table or the sentence says it. */
  date?: string;
  referenceRange?: string;
}

export interface VitalValue extends MeasurementValue {
  /** English name of the vital sign, whatever the letter's language. */
  type: string;
  systolic?: number;
  diastolic?: number;
}

export interface DiagnosisValue {
  text: string;
  /** What the letter says of it: "resolved", "newly diagnosed", "family history" is never offered. */
  status?: string;
}

export interface AllergyValue {
  substance: string;
  reaction?: string;
}

export interface DateValue {
  iso: string;
  printed: string;
  kind?: string;
}

interface Found<K extends string, V> {
  kind: K;
  /** The passage as printed. */
  text: string;
  page: number;
  box: Box;
  confidence: number;
  doubtful: boolean;
  value: V;
}

export type MedicationEntity = Found<'medication', MedicationValue>;
export type VitalEntity = Found<'vital', VitalValue>;
export type LabEntity = Found<'lab', MeasurementValue>;
export type DiagnosisEntity = Found<'diagnosis', DiagnosisValue>;
export type AllergyEntity = Found<'allergy', AllergyValue>;
export type DateEntity = Found<'date', DateValue>;

export type Entity = MedicationEntity | VitalEntity | LabEntity | DiagnosisEntity | AllergyEntity | DateEntity;

export interface ExtractOptions {
  /** Language of the letter, BCP 47 or ISO 639-2 ("es", "spa", "en-US"); guessed when absent. */
  language?: string;
  /** ISO birth date of the patient: plausibility by age. */
  birthDate?: string;
}
