/** What was found in a letter, in few words. For tests. */
import {
  type AllergyEntity,
  type DiagnosisEntity,
  type Entity,
  extractEntities,
  type LabEntity,
  type MedicationEntity,
  type VitalEntity,
} from './index.ts';
import { typed } from './monospace.fixture.ts';

export const read = (text: string, language: string): Entity[] => extractEntities(typed(text), { language });
export const medicines = (entities: Entity[]) =>
  entities
    .filter((e): e is MedicationEntity => e.kind === 'medication')
    .map(({ value: v, doubtful }) => [v.name, v.dose, v.route, v.frequency, v.status, ...(doubtful ? ['doubtful'] : [])]);
export const vitals = (entities: Entity[]) =>
  entities
    .filter((e): e is VitalEntity => e.kind === 'vital')
    .map(({ value: v, doubtful }) => [v.type, v.value, v.unit, ...(doubtful ? ['doubtful'] : [])]);
export const labs = (entities: Entity[]) =>
  entities
    .filter((e): e is LabEntity => e.kind === 'lab')
    .map(({ value: v, doubtful }) => [v.name, v.value, v.unit, v.flag, v.date, ...(doubtful ? ['doubtful'] : [])]);
export const diagnoses = (entities: Entity[]) =>
  entities.filter((e): e is DiagnosisEntity => e.kind === 'diagnosis').map((e) => e.value.text);
export const allergies = (entities: Entity[]) =>
  entities.filter((e): e is AllergyEntity => e.kind === 'allergy').map((e) => e.value.substance);
