/** Histories that hang together: what a person has decides what is measured, given and written. Numbers follow the course of the disease with a little noise. */
import { type Chart, DAY_MS, YEAR_MS } from './clinic.ts';
import type { SamplePerson } from './people.ts';

export interface Story {
  name: string;
  ages: readonly [number, number];
  sex?: 'female' | 'male';
  /** Has fundus photographs taken. */
  eyes?: true;
  /** Gets letters from elsewhere. */
  letters?: true;
  /** Years ago that the person died. */
  diedYearsAgo?: number;
  tell(chart: Chart, person: SamplePerson): void;
}

export const stories: readonly Story[] = [
  { name: 'diabetes', ages: [48, 74], eyes: true, tell: diabetes },
  { name: 'hypertension', ages: [45, 80], letters: true, tell: hypertension },
  { name: 'child', ages: [1, 9], tell: child },
  { name: 'pregnancy', ages: [22, 39], sex: 'female', tell: pregnancy },
  { name: 'kidney disease', ages: [55, 82], eyes: true, letters: true, tell: kidney },
  { name: 'asthma', ages: [12, 45], tell: asthma },
  { name: 'old age', ages: [78, 96], letters: true, tell: oldAge },
  { name: 'thyroid and anaemia', ages: [28, 60], sex: 'female', tell: thyroid },
  { name: 'heart failure, died', ages: [80, 93], diedYearsAgo: 0.6, tell: heartFailure },
];

const years = (chart: Chart, ago: number) => chart.nowMs - ago * YEAR_MS;
/** Visits at about equal distances, the last a few weeks ago; `share` runs from 0 to 1. */
function visits(chart: Chart, sinceYears: number, count: number, each: (ms: number, share: number) => void): void {
  for (let n = 0; n < count; n++) {
    const share = count === 1 ? 1 : n / (count - 1);
    const workingHour = (9 + chart.dice.whole(0, 7)) * 3_600_000;
    const ms = years(chart, sinceYears * (1 - share)) - chart.dice.whole(10, 30) * DAY_MS;
    each(Math.floor(ms / DAY_MS) * DAY_MS + workingHour, share);
  }
}
/** From `start` to `end`, levelling off as treatment does. */
const settling = (start: number, end: number, share: number) => end + (start - end) * Math.exp(-4 * share);
const body = (person: SamplePerson, chart: Chart) => ({
  height: Math.round(chart.dice.normal(person.sex === 'female' ? 163 : 176, 6)),
  weight: chart.dice.normal(person.sex === 'female' ? 68 : 82, 9),
});

function measure(chart: Chart, ms: number, pressure: readonly [number, number], weight: number, height?: number): void {
  chart.bloodPressure(chart.dice.normal(pressure[0], 5), chart.dice.normal(pressure[1], 3), ms);
  chart.vital('8867-4', 'Pulse', '/min', '/min', Math.round(chart.dice.normal(74, 7)), ms);
  chart.vital('29463-7', 'Body weight', 'kg', 'kg', Math.round(weight * 10) / 10, ms);
  if (height === undefined) return;
  chart.vital('8302-2', 'Body height', 'cm', 'cm', height, ms);
  chart.vital('39156-5', 'Body mass index', 'kg/m2', 'kg/m²', Math.round((weight / (height / 100) ** 2) * 10) / 10, ms);
}

function diabetes(chart: Chart, person: SamplePerson): void {
  const { dice } = chart;
  const since = dice.whole(4, 12);
  const { height, weight } = body(person, chart);
  const start = years(chart, since);
  chart.problem('44054006', 'Type 2 diabetes mellitus', start);
  chart.problem('38341003', 'Hypertension', years(chart, since - 1.5));
  if (dice.chance(0.5)) chart.problem('55822004', 'Hyperlipidaemia', years(chart, since - 1));
  if (dice.chance(0.3)) chart.allergy('91936005', 'Penicillin', 'high', 'Anaphylaxis', start);
  else chart.allergy('716186003', 'No known allergy', undefined, undefined, start);
  chart.medicine('Metformin 500 mg', '500 mg by mouth twice a day', start, { ms: years(chart, since - 1), why: 'Dose raised' });
  chart.medicine('Metformin 1000 mg', '1 g by mouth twice a day', years(chart, since - 1));
  chart.medicine('Ramipril 5 mg', '5 mg by mouth in the morning', years(chart, since - 1.5));
  if (dice.chance(0.6)) chart.medicine('Atorvastatin 20 mg', '20 mg by mouth at night', years(chart, since - 2));
  const goal = dice.whole(48, 64);
  visits(chart, since - 0.2, Math.min(14, since * 2), (ms, share) => {
    chart.visit(ms, 'Diabetes review', 'Type 2 diabetes mellitus');
    measure(
      chart,
      ms,
      [settling(152, 132, share), settling(92, 80, share)],
      weight - 4 * share,
      share === 0 ? height : undefined,
    );
    chart.laboratory(
      'Diabetes bloods',
      person.sex,
      {
        hba1c: settling(82, goal, share) + dice.normal(0, 2),
        glucose: settling(11.8, 7.2, share) + dice.normal(0, 0.5),
        creatinine: (person.sex === 'female' ? 66 : 84) + 9 * share,
        egfr: 88 - 14 * share,
        acr: 1.4 + 3 * share,
        ldl: settling(4.1, 2.2, share),
      },
      ms - 3 * DAY_MS,
    );
  });
  chart.note(
    'Diabetes review',
    'Feels well. Tablets taken regularly, no low sugars. Feet: pulses present, monofilament felt at all ten points.\n\nPlan: fundus photographs today, bloods again in six months.',
    chart.nowMs - 20 * DAY_MS,
  );
}

function hypertension(chart: Chart, person: SamplePerson): void {
  const { height, weight } = body(person, chart);
  const since = chart.dice.whole(3, 10);
  chart.problem('38341003', 'Hypertension', years(chart, since));
  chart.allergy('293963004', 'Cyclooxygenase inhibitor (NSAID)', 'low', 'Wheals', years(chart, since));
  chart.medicine('Amlodipine 5 mg', '5 mg by mouth in the morning', years(chart, since), {
    ms: years(chart, since - 1),
    why: 'Ankle swelling',
  });
  chart.medicine('Indapamide 2.5 mg', '2.5 mg by mouth in the morning', years(chart, since - 1));
  chart.medicine('Losartan 50 mg', '50 mg by mouth in the morning', years(chart, since - 1));
  visits(chart, since - 0.1, 8, (ms, share) => {
    chart.visit(ms, 'Blood pressure check', 'Hypertension');
    measure(chart, ms, [settling(168, 134, share), settling(98, 82, share)], weight, share === 0 ? height : undefined);
    chart.laboratory(
      'Urea and electrolytes',
      person.sex,
      {
        sodium: 139 - 3 * share + chart.dice.normal(0, 1),
        potassium: 4.3 - 0.6 * share + chart.dice.normal(0, 0.1),
        creatinine: person.sex === 'female' ? 68 : 88,
      },
      ms,
    );
  });
}

/** Medians of weight and height at whole years, WHO growth standards and reference (2006, 2007), rounded. */
const growth = [
  [3.3, 50],
  [9.6, 75],
  [12.2, 87],
  [14.3, 96],
  [16.3, 103],
  [18.3, 110],
  [20.5, 116],
  [22.9, 121],
  [25.4, 127],
  [28.1, 132],
] as const;
/** Weeks after birth, CVX, name: a schedule of a common kind. */
const schedule = [
  [8, '146', 'DTaP-IPV-Hib-HepB'],
  [8, '133', 'Pneumococcal conjugate'],
  [8, '119', 'Rotavirus'],
  [12, '146', 'DTaP-IPV-Hib-HepB'],
  [12, '119', 'Rotavirus'],
  [16, '146', 'DTaP-IPV-Hib-HepB'],
  [16, '133', 'Pneumococcal conjugate'],
  [52, '03', 'Measles, mumps, rubella'],
  [52, '133', 'Pneumococcal conjugate'],
  [174, '03', 'Measles, mumps, rubella'],
  [174, '130', 'DTaP-IPV'],
] as const;

function child(chart: Chart, person: SamplePerson): void {
  for (const [weeks, cvx, name] of schedule) {
    const ms = person.birthMs + (weeks * 7 + chart.dice.whole(0, 12)) * DAY_MS;
    if (ms < chart.nowMs) chart.immunisation(cvx, name, ms);
  }
  const scale = chart.dice.normal(1, 0.05);
  for (const [age, [kg, cm]] of growth.entries()) {
    const ms = person.birthMs + age * YEAR_MS + 9 * DAY_MS;
    if (ms > chart.nowMs) break;
    chart.visit(ms, 'Child health check', age === 0 ? 'Newborn check' : `Check at ${age} years`);
    chart.vital('29463-7', 'Body weight', 'kg', 'kg', Math.round(kg * scale * 10) / 10, ms);
    chart.vital('8302-2', 'Body height', 'cm', 'cm', Math.round(cm * (1 + (scale - 1) / 3)), ms);
  }
  const fever = person.birthMs + 0.85 * (chart.nowMs - person.birthMs);
  chart.problem('65363002', 'Otitis media', fever, fever + 9 * DAY_MS);
  chart.visit(fever, 'Urgent visit', 'Earache and fever');
  chart.vital('8310-5', 'Body temperature', 'Cel', '°C', Math.round(chart.dice.normal(38.6, 0.3) * 10) / 10, fever);
  chart.medicine('Amoxicillin 250 mg/5 mL', '5 mL by mouth three times a day for 5 days', fever, {
    ms: fever + 5 * DAY_MS,
    why: 'Course finished',
  });
  if (chart.dice.chance(0.3)) chart.allergy('91935009', 'Peanut', 'high', 'Swelling of the lips', fever);
}

function pregnancy(chart: Chart, person: SamplePerson): void {
  const week = chart.dice.whole(14, 36);
  const start = chart.nowMs - week * 7 * DAY_MS;
  const { height, weight } = body(person, chart);
  chart.problem('77386006', 'Pregnancy', start);
  chart.allergy('716186003', 'No known allergy', undefined, undefined, start);
  chart.medicine('Folic acid 400 micrograms', '400 micrograms by mouth each morning', start, {
    ms: start + 12 * 7 * DAY_MS,
    why: 'Twelve weeks reached',
  });
  for (let at = 9; at < week; at += at < 28 ? 5 : 2) {
    const ms = start + at * 7 * DAY_MS + 10 * 3_600_000;
    chart.visit(ms, 'Antenatal visit', `Week ${at} of pregnancy`);
    measure(chart, ms, [112, 70], weight + Math.max(0, at - 12) * 0.42, at === 9 ? height : undefined);
    chart.laboratory(
      'Antenatal bloods',
      person.sex,
      { haemoglobin: 12.9 - 0.06 * at + chart.dice.normal(0, 0.1), ferritin: Math.max(7, 48 - at) },
      ms,
    );
  }
  if (week > 24) chart.medicine('Ferrous sulfate 200 mg', '200 mg by mouth once a day', start + 24 * 7 * DAY_MS);
  chart.note(
    'Antenatal visit',
    `Week ${week}. Well, movements felt, no bleeding, no headache. Fundal height fits the dates.\n\nPlan: next visit in three weeks.`,
    chart.nowMs - 4 * DAY_MS,
  );
}

function kidney(chart: Chart, person: SamplePerson): void {
  const since = chart.dice.whole(5, 9);
  const { height, weight } = body(person, chart);
  chart.problem('44054006', 'Type 2 diabetes mellitus', years(chart, since + 8));
  chart.problem('433144002', 'Chronic kidney disease stage 3', years(chart, since));
  chart.problem('38341003', 'Hypertension', years(chart, since + 5));
  chart.allergy('294505008', 'Amoxicillin', 'low', 'Rash', years(chart, since + 3));
  chart.alert('eGFR below 45: check doses, avoid NSAIDs', years(chart, 1));
  chart.medicine('Metformin 1000 mg', '1 g by mouth twice a day', years(chart, since + 7), {
    ms: years(chart, 1.2),
    why: 'eGFR below 45',
  });
  chart.medicine('Metformin 500 mg', '500 mg by mouth twice a day', years(chart, 1.2));
  chart.medicine('Empagliflozin 10 mg', '10 mg by mouth in the morning', years(chart, 2));
  chart.medicine('Ramipril 10 mg', '10 mg by mouth in the morning', years(chart, since));
  chart.medicine('Atorvastatin 40 mg', '40 mg by mouth at night', years(chart, since));
  visits(chart, since - 0.1, 12, (ms, share) => {
    chart.visit(ms, 'Kidney clinic', 'Chronic kidney disease');
    measure(chart, ms, [142 - 6 * share, 82 - 4 * share], weight - share, share === 0 ? height : undefined);
    const egfr = 57 - 17 * share + chart.dice.normal(0, 1.5);
    chart.laboratory(
      'Renal profile',
      person.sex,
      {
        creatinine: (person.sex === 'female' ? 5000 : 6600) / egfr,
        egfr,
        potassium: 4.5 + 0.7 * share + chart.dice.normal(0, 0.1),
        acr: 8 + 26 * share,
        haemoglobin: 13.4 - 1.8 * share,
        hba1c: 58 + chart.dice.normal(0, 3),
      },
      ms - 2 * DAY_MS,
    );
  });
  chart.note(
    'Kidney clinic',
    'eGFR falls by about two a year. Potassium at the upper edge: diet sheet given. No swelling, chest clear.\n\nPlan: bloods in three months, sooner if unwell. Sick day rules explained.',
    chart.nowMs - 15 * DAY_MS,
  );
}

function asthma(chart: Chart, person: SamplePerson): void {
  const since = chart.dice.whole(2, 8);
  const { height, weight } = body(person, chart);
  chart.problem('195967001', 'Asthma', years(chart, since));
  chart.problem('61582004', 'Allergic rhinitis', years(chart, since));
  chart.allergy('232350006', 'House dust mite', 'low', 'Sneezing', years(chart, since));
  chart.medicine('Salbutamol inhaler 100 micrograms', '2 puffs as needed', years(chart, since));
  chart.medicine('Budesonide/formoterol 200/6 inhaler', '1 puff twice a day and as needed', years(chart, since - 1));
  visits(chart, since - 0.2, 5, (ms, share) => {
    const attack = share > 0.4 && share < 0.6;
    chart.visit(ms, attack ? 'Urgent visit' : 'Asthma review', attack ? 'Wheeze for two days' : 'Asthma');
    measure(chart, ms, [118, 74], weight, share === 0 ? height : undefined);
    chart.vital('9279-1', 'Breathing rate', '/min', '/min', attack ? 26 : 15, ms);
    chart.vital('2708-6', 'Oxygen saturation', '%', '%', attack ? 93 : 98, ms);
    if (attack)
      chart.medicine('Prednisolone 40 mg', '40 mg by mouth once a day for 5 days', ms, {
        ms: ms + 5 * DAY_MS,
        why: 'Course finished',
      });
  });
}

function oldAge(chart: Chart, person: SamplePerson): void {
  const { height, weight } = body(person, chart);
  chart.problem('49436004', 'Atrial fibrillation', years(chart, 6));
  chart.problem('84114007', 'Heart failure', years(chart, 3));
  chart.problem('396275006', 'Osteoarthritis', years(chart, 12));
  chart.problem('64859006', 'Osteoporosis', years(chart, 5));
  chart.problem('38341003', 'Hypertension', years(chart, 20));
  chart.allergy('294847001', 'Trimethoprim', 'high', 'Stevens-Johnson syndrome', years(chart, 9));
  chart.alert('Falls: two in the last year', years(chart, 0.4));
  for (const [name, dose, ago] of [
    ['Apixaban 2.5 mg', '2.5 mg by mouth twice a day', 5],
    ['Bisoprolol 2.5 mg', '2.5 mg by mouth in the morning', 6],
    ['Furosemide 40 mg', '40 mg by mouth in the morning', 3],
    ['Ramipril 2.5 mg', '2.5 mg by mouth in the morning', 3],
    ['Alendronic acid 70 mg', '70 mg by mouth once a week', 4],
    ['Calcium/vitamin D 500 mg/800 units', '1 tablet by mouth once a day', 4],
    ['Paracetamol 1 g', '1 g by mouth up to four times a day as needed', 8],
    ['Lansoprazole 15 mg', '15 mg by mouth in the morning', 5],
  ] as const) {
    chart.medicine(name, dose, years(chart, ago));
  }
  chart.medicine('Digoxin 125 micrograms', '125 micrograms by mouth in the morning', years(chart, 4), {
    ms: years(chart, 1),
    why: 'Slow pulse',
  });
  chart.procedure('265764009', 'Total hip replacement', years(chart, 7));
  visits(chart, 4, 10, (ms, share) => {
    chart.visit(ms, 'Home visit', share > 0.8 ? 'After a fall' : 'Review of medicines');
    measure(chart, ms, [138 - 12 * share, 76 - 4 * share], weight - 5 * share, share === 0 ? height : undefined);
    chart.laboratory(
      'Urea and electrolytes',
      person.sex,
      { sodium: 138 - 4 * share, potassium: 4.4, creatinine: 92 + 22 * share, egfr: 54 - 10 * share, haemoglobin: 12.4 - share },
      ms,
    );
  });
  for (const ago of [3, 2, 1, 0.2]) chart.immunisation('140', 'Influenza, seasonal', years(chart, ago));
}

function thyroid(chart: Chart, person: SamplePerson): void {
  const { height, weight } = body(person, chart);
  chart.problem('40930008', 'Hypothyroidism', years(chart, 3));
  chart.problem('87522002', 'Iron deficiency anaemia', years(chart, 1), years(chart, 0.2));
  chart.allergy('300916003', 'Latex', 'low', 'Itching', years(chart, 3));
  chart.medicine('Levothyroxine 75 micrograms', '75 micrograms by mouth before breakfast', years(chart, 3));
  chart.medicine('Ferrous fumarate 210 mg', '210 mg by mouth once a day', years(chart, 1), {
    ms: years(chart, 0.2),
    why: 'Iron stores filled',
  });
  visits(chart, 2.9, 6, (ms, share) => {
    chart.visit(ms, 'Review', 'Tiredness');
    measure(chart, ms, [116, 72], weight - 2 * share, share === 0 ? height : undefined);
    chart.laboratory(
      'Thyroid and blood count',
      person.sex,
      { tsh: settling(14, 2.1, share), haemoglobin: 10.6 + 2.4 * share, ferritin: 6 + 40 * share },
      ms,
    );
  });
}

function heartFailure(chart: Chart, person: SamplePerson): void {
  const { height, weight } = body(person, chart);
  chart.problem('84114007', 'Heart failure', years(chart, 5));
  chart.problem('53741008', 'Coronary heart disease', years(chart, 9));
  chart.allergy('716186003', 'No known allergy', undefined, undefined, years(chart, 5));
  chart.medicine('Furosemide 80 mg', '80 mg by mouth in the morning', years(chart, 2), { ms: years(chart, 0.6), why: 'Died' });
  chart.medicine('Bisoprolol 5 mg', '5 mg by mouth in the morning', years(chart, 5), { ms: years(chart, 0.6), why: 'Died' });
  for (const ago of [4, 3, 2, 1.2, 0.8]) {
    const ms = years(chart, ago);
    chart.visit(ms, 'Heart failure clinic', 'Breathlessness');
    measure(chart, ms, [118 - 4 * (4 - ago), 70], weight + 3 * (4 - ago), ago === 4 ? height : undefined);
    chart.laboratory(
      'Renal profile',
      person.sex,
      { sodium: 132 + ago, potassium: 4.6, creatinine: 160 - 15 * ago, egfr: 30 + 4 * ago },
      ms,
    );
  }
}
