import { expect, it } from 'vitest';
import type { LabEntity } from './index.ts';
import { allergies, diagnoses, labs, medicines, read, vitals } from './letters.fixture.ts';

// Invented letters of several houses and languages: what stands in them must be offered, and nothing that does not.

it('reads a Spanish report: 1-0-1, c/24h, thousands with points, what is to be stopped', () => {
  const found = read(
    `
ANTECEDENTES PERSONALES: HTA, DM tipo 2, dislipemia. No alergias medicamentosas conocidas.
TRATAMIENTO HABITUAL:
Metformina 850 mg 1-0-1
Ramipril 5 mg c/24h
Simvastatina 20 mg 0-0-1
EXPLORACIÓN: TA 135/80 mmHg, FC 82 lpm, Tª 36,5 ºC, SatO2 96 %.
ANALÍTICA: Hb 12,3 g/dl, leucocitos 8.400/mm3, K 4,1 mEq/l, PCR 2,3 mg/dl
JUICIO CLÍNICO: Neumonía adquirida en la comunidad.
TRATAMIENTO: Levofloxacino 500 mg cada 24 horas vía oral durante 7 días. Suspender simvastatina.`,
    'es',
  );
  expect(medicines(found)).toEqual([
    ['Metformina', '850 mg', undefined, '1-0-1', undefined],
    ['Ramipril', '5 mg', undefined, 'c/24h', undefined],
    ['Simvastatina', '20 mg', undefined, '0-0-1', 'STOPPED'],
    ['Levofloxacino', '500 mg', 'oral', 'cada 24 horas durante 7 días', undefined],
  ]);
  expect(vitals(found)).toEqual([
    ['blood pressure', '135/80', 'mmHg'],
    ['pulse', '82', 'lpm'],
    ['temperature', '36,5', 'ºC'],
    ['oxygen saturation', '96', '%'],
  ]);
  expect(labs(found).map((l) => l.slice(0, 3))).toEqual([
    ['Hb', '12,3', 'g/dl'],
    ['leucocitos', '8.400', '/mm3'],
    ['K', '4,1', 'mEq/l'],
    ['PCR', '2,3', 'mg/dl'],
  ]);
  expect(found.find((e): e is LabEntity => e.kind === 'lab' && e.value.name === 'leucocitos')?.value.valueNumber).toBe(8400);
  expect(diagnoses(found)).toEqual(['HTA', 'DM tipo 2', 'dislipemia', 'Neumonía adquirida en la comunidad']);
  expect(allergies(found)).toEqual([]);
});

it('reads a French hospital report: giga per litre, centimetres of mercury, a father’s infarction', () => {
  const found = read(
    `
Antécédents : HTA, tabagisme sevré. Père décédé d'un infarctus.
Allergies : aucune
Examen : TA 13/8, FC 95/min, T° 37,2°C, poids 88 kg
Biologie : Hb 13,4 g/dL, plaquettes 245 G/L, créatinine 98 µmol/L
Traitement de sortie :
KARDEGIC 75 mg : 1 sachet par jour
Ticagrélor 90 mg : 1 comprimé matin et soir
Ramipril 2,5 mg le matin (nouveau)
Arrêt de l'amlodipine 10 mg`,
    'fr',
  );
  expect(medicines(found)).toEqual([
    ['KARDEGIC', '75 mg', undefined, 'par jour', undefined],
    ['Ticagrélor', '90 mg', undefined, 'matin et soir', undefined],
    ['Ramipril', '2,5 mg', undefined, 'le matin', 'new'],
    ['amlodipine', '10 mg', undefined, undefined, 'STOPPED'],
  ]);
  expect(vitals(found)).toEqual([
    ['blood pressure', '13/8', ''],
    ['pulse', '95', '/min'],
    ['temperature', '37,2', '°C'],
    ['weight', '88', 'kg'],
  ]);
  expect(found.find((e): e is LabEntity => e.kind === 'lab' && e.value.name === 'plaquettes')?.value.ucum).toBe('10*9/L');
  expect(diagnoses(found)).toEqual(['HTA']);
  expect(allergies(found)).toEqual([]);
});

it('reads a Portuguese discharge: two dates side by side, new and stopped medicines', () => {
  const found = read(
    `
Alergias: desconhecidas
Exame            01/03/2026   07/03/2026   Unidade    Valores de referência
Hemoglobina      10,9         11,3         g/dL       12,0 - 16,0
Potássio         5,2          4,4          mmol/L     3,5 - 5,1
Medicação na alta:
Furosemida 40 mg, 1 comprimido de manhã (aumentada)
Apixabano 5 mg, 1 comprimido de 12 em 12 horas (novo)
Suspendeu: ibuprofeno 600 mg`,
    'pt',
  );
  expect(medicines(found)).toEqual([
    ['Furosemida', '40 mg', undefined, 'de manhã', 'increased'],
    ['Apixabano', '5 mg', undefined, 'de 12 em 12 horas', 'new'],
    ['ibuprofeno', '600 mg', undefined, undefined, 'STOPPED'],
  ]);
  expect(labs(found)).toEqual([
    ['Hemoglobina', '10,9', 'g/dL', 'L', '2026-03-01'],
    ['Hemoglobina', '11,3', 'g/dL', 'L', '2026-03-07'],
    ['Potássio', '5,2', 'mmol/L', 'H', '2026-03-01'],
    ['Potássio', '4,4', 'mmol/L', undefined, '2026-03-07'],
  ]);
  expect(allergies(found)).toEqual([]);
});

it('reads a Swahili letter', () => {
  const found = read(
    `
Presha 150/100 mmHg, joto 37.2 °C, mapigo 96 kwa dakika
Hb 8.9 g/dL, sukari 5.6 mmol/L
Utambuzi: Shinikizo la damu la ujauzito
Dawa:
Methyldopa 250 mg kwa mdomo mara tatu kwa siku
ALu vidonge 4 kwa mdomo mara mbili kwa siku
Mzio: penicillin`,
    'sw',
  );
  expect(medicines(found)[0]).toEqual(['Methyldopa', '250 mg', 'kwa mdomo', 'mara tatu kwa siku', undefined]);
  expect(vitals(found)).toEqual([
    ['blood pressure', '150/100', 'mmHg'],
    ['temperature', '37.2', '°C'],
    ['pulse', '96', 'kwa dakika'],
  ]);
  expect(labs(found).map((l) => l.slice(0, 3))).toEqual([
    ['Hb', '8.9', 'g/dL'],
    ['sukari', '5.6', 'mmol/L'],
  ]);
  expect(diagnoses(found)).toEqual(['Shinikizo la damu la ujauzito']);
  expect(allergies(found)).toEqual(['penicillin']);
});

it('reads a Hindi slip with Latin names of medicines', () => {
  const found = read(
    `
निदान: निमोनिया, एनीमिया
रक्तचाप 110/70 mmHg, नाड़ी 98 प्रति मिनट, तापमान 38.4 °C
एलर्जी: कोई नहीं
दवाएं
Tab Azithromycin 500 mg दिन में एक बार 5 दिन तक
Syp Paracetamol 250 mg/5 mL, 10 mL हर 6 घंटे पर
Inj Ceftriaxone 1 g IV दिन में दो बार`,
    'hi',
  );
  expect(medicines(found)).toEqual([
    ['Azithromycin', '500 mg', undefined, 'दिन में एक बार 5 दिन तक', undefined],
    ['Paracetamol', '10 mL', undefined, 'हर 6 घंटे पर', undefined],
    ['Ceftriaxone', '1 g', 'intravenous', 'दिन में दो बार', undefined],
  ]);
  expect(vitals(found)).toEqual([
    ['blood pressure', '110/70', 'mmHg'],
    ['pulse', '98', 'प्रति मिनट'],
    ['temperature', '38.4', '°C'],
  ]);
  expect(diagnoses(found)).toEqual(['निमोनिया', 'एनीमिया']);
  expect(allergies(found)).toEqual([]);
});
