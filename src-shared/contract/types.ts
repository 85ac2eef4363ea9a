/** Shapes that several procedures share. */
import { z } from 'zod';
import { roles } from '../access/permissions.ts';

/** A logical id (FHIR R4 `id`: letters, digits, - and ., at most 64). */
export const fhirId = z.string().regex(/^[A-Za-z0-9\-.]{1,64}$/);
export const patientId = fhirId.brand<'PatientId'>();
export type PatientId = z.output<typeof patientId>;

/** What every call on one patient is given, and whom it is then about. */
export const onPatient = z.object({ patient: patientId });
export const ofPatient = (input: { patient: string }) => input.patient;
/** Why somebody removes, keeps or erases: it stands in the log. */
export const reason = z.string().trim().min(3).max(500);

/** A date as precise as the source (FHIR `date`): 1984, 1984-03 or 1984-03-17. */
export const fhirDate = z.string().regex(/^\d{4}(-\d{2}(-\d{2})?)?$/);
/** A point in time with offset or Z (FHIR `instant` or `dateTime`). */
export const instant = z.string();
export const sex = z.enum(['female', 'male', 'other', 'unknown']);
export const identifier = z.object({ system: z.string().optional(), value: z.string(), label: z.string().optional() });
export const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'bytes expected');
export const done = z.object({ ok: z.literal(true) });
export const job = z.object({ job: z.string() });
export const role = z.enum(roles);

/** One line of a patient list. `score` 0 to 1. */
export const patientRow = z.object({
  id: patientId,
  /** Family name first, for lists: "OTIENO, Amina". */
  name: z.string(),
  birthDate: fhirDate.optional(),
  deceased: z.boolean().optional(),
  sex: sex.optional(),
  identifiers: z.array(
    identifier.extend({
      /** The value is an ellipsis with its last characters: whoever asks has no care relation. */ masked: z
        .literal(true)
        .optional(),
    }),
  ),
  sample: z.boolean().optional(),
  score: z.number(),
});
export type PatientRow = z.output<typeof patientRow>;

/** A number with its unit, its range and where it came from: never a bare number. */
export const measurement = z.object({
  value: z.number(),
  /** As the source printed it, with its precision. */
  printed: z.string(),
  unit: z.string(),
  low: z.number().optional(),
  high: z.number().optional(),
  flag: z.enum(['L', 'H', 'LL', 'HH']).optional(),
  at: instant.optional(),
  by: z.string().optional(),
});
