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

// LOINC codes: the FHIR R4 vital signs profile and LOINC's panel 85353-1; plausible ranges: the widest a living patient shows, our own.
export const vitalSigns: VitalSign[] = [
  {
    type: 'temperature', loinc: '8310-5', unitOptional: true,
    units: [{ ucum: 'Cel', low: 26, high: 43.5 }, { ucum: '[degF]', low: 80, high: 110 }],
    names: ['temperature', 'body temperature', 'temp', 'temperatura', 'temperatura corporal', 'temperatura axilar', 'joto la mwili', 'joto', 'halijoto', 'तापमान', 'शरीर का तापमान'],
    abbreviations: ['T', 'Tº', 'T°', 'Tax', 'Tª'],
  },
  {
    type: 'fetal heart', loinc: '55283-6', units: [{ ucum: '/min', low: 60, high: 240 }],
    names: ['fetal heart', 'foetal heart', 'fetal heart rate', 'foetal heart rate', 'frecuencia cardiaca fetal', 'bruits du coeur foetal', 'frequencia cardiaca fetal', 'mapigo ya moyo ya mtoto tumboni'],
    abbreviations: ['FHR', 'FHS', 'FCF', 'BCF', 'RCF'],
  },
  {
    type: 'pulse', loinc: '8867-4', unitOptional: true, units: [{ ucum: '/min', low: 25, high: 260 }],
    names: ['pulse', 'pulse rate', 'heart rate', 'frecuencia cardiaca', 'pulso', 'frequence cardiaque', 'pouls', 'frequencia cardiaca', 'mapigo ya moyo', 'mapigo', 'नाड़ी', 'नाड़ी दर', 'हृदय गति', 'पल्स'],
    abbreviations: ['HR', 'PR', 'FC', 'P'],
  },
  {
    type: 'blood pressure', loinc: '85354-9', unitOptional: true, units: [{ ucum: 'mm[Hg]', low: 20, high: 300 }],
    names: ['blood pressure', 'tension arterial', 'presion arterial', 'tension arterielle', 'pression arterielle', 'tensao arterial', 'pressao arterial', 'shinikizo la damu', 'presha', 'रक्तचाप', 'ब्लड प्रेशर', 'बीपी'],
    abbreviations: ['BP', 'TA', 'PA', 'TAS/TAD', 'B.P.'],
  },
  {
    type: 'respiratory rate', loinc: '9279-1', unitOptional: true, units: [{ ucum: '/min', low: 4, high: 100 }],
    names: ['respiratory rate', 'respiration rate', 'respirations', 'resp rate', 'resps', 'resp', 'breathing rate', 'frecuencia respiratoria', 'frequence respiratoire', 'frequencia respiratoria', 'kupumua', 'kasi ya kupumua', 'upumuaji', 'श्वसन दर', 'सांस की गति', 'श्वास दर'],
    abbreviations: ['RR', 'FR', 'R.R.'],
  },
  {
    type: 'oxygen saturation', loinc: '59408-5', units: [{ ucum: '%', low: 40, high: 100 }],
    names: ['oxygen saturation', 'o2 saturation', 'oxygen saturations', 'spo2', 'sp02', 'sao2', 'sato2', 'sat o2', 'sats', 'o2 sats', 'saturation', 'saturacion de oxigeno', 'saturacion', 'saturation en oxygene', 'saturacao de oxigenio', 'saturacao', 'oksijeni', 'kiwango cha oksijeni', 'oxygen level', 'ऑक्सीजन', 'ऑक्सीजन संतृप्ति', 'ऑक्सीजन स्तर'],
    abbreviations: ['Sat', 'Sat.', 'O2'],
  },
  {
    type: 'weight', loinc: '29463-7', units: [{ ucum: 'kg', low: 0.35, high: 400 }, { ucum: 'g', low: 350, high: 8000 }, { ucum: '[lb_av]', low: 1, high: 900 }],
    names: ['weight', 'body weight', 'peso', 'poids', 'uzito', 'uzani', 'वजन', 'वज़न'],
    abbreviations: ['Wt', 'Wt.', 'WT'],
  },
  {
    type: 'height', loinc: '8302-2', units: [{ ucum: 'cm', low: 25, high: 250 }, { ucum: 'm', low: 0.25, high: 2.5 }],
    names: ['height', 'body height', 'stature', 'talla', 'estatura', 'altura', 'taille', 'urefu', 'kimo', 'लंबाई', 'कद', 'ऊंचाई'],
    abbreviations: ['Ht', 'Ht.'],
  },
  {
    type: 'BMI', loinc: '39156-5', unitOptional: true, units: [{ ucum: 'kg/m2', low: 7, high: 90 }],
    names: ['bmi', 'body mass index', 'indice de masa corporal', 'indice de masse corporelle', 'indice de massa corporal', 'बीएमआई'],
    abbreviations: ['IMC'],
  },
  {
    type: 'head circumference', loinc: '9843-4', units: [{ ucum: 'cm', low: 18, high: 70 }],
    names: ['head circumference', 'occipitofrontal circumference', 'perimetro cefalico', 'perimetre cranien', 'mzunguko wa kichwa', 'सिर की परिधि'],
    abbreviations: ['OFC', 'HC', 'PC'],
  },
  {
    type: 'mid-upper arm circumference', units: [{ ucum: 'cm', low: 6, high: 60 }, { ucum: 'mm', low: 60, high: 600 }],
    names: ['mid-upper arm circumference', 'mid upper arm circumference', 'muac', 'perimetro braquial', 'perimetre brachial', 'mzunguko wa mkono'],
  },
  {
    type: 'peak flow', loinc: '33452-4', units: [{ ucum: 'L/min', low: 30, high: 950 }],
    names: ['peak flow', 'peak expiratory flow', 'peak expiratory flow rate', 'debit expiratoire de pointe', 'flujo espiratorio maximo'],
    abbreviations: ['PEF', 'PEFR', 'DEP'],
  },
];

/** Words before a name that make it another patient's, another time's or a wished-for value. */
export const notCurrent =
  /(?:booking|previous|usual|target|dry|ideal|birth|maximum|max|minimum|predicted|expected|goal|fundal|uterine|pre-pregnancy|ventricular|parental|mother's|father's|al nacer|nacimiento|habitual|objetivo|previ[oa]|uterina?|de naissance|habituel|cible|sec|ao nascer|alvo|anterior|ya kuzaliwa|wa kuzaliwa|जन्म)[\s:]+$/;
