/** Measurements, marks and key images: FHIR Observations derived from the ImagingStudy or the photograph (Media), so that they synchronise, are exported and keep their history. */
import { z } from 'zod';
import type { ImagingAnnotation, PhotographMark } from '../../../src-shared/contract/imaging.ts';
import type { Output, ParsedInput } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import type { Context, Tx } from '../context.ts';
import { deleteResource, hiddenFrom, putResource, readResource, resourcesOfPatient, type Stored } from '../records/index.ts';
import { instanceById } from './store/instances.ts';

/** The mark as the viewer keeps it, whole. */
const MARK = 'urn:lamplight:imaging-mark';
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const MEASUREMENT = { system: DCM, code: '125007', display: 'Measurement Group' };
const OF_INTEREST = { system: DCM, code: '113000', display: 'Of Interest' };
/** A mark's own data: a contour of some thousand points. */
const MARK_CHARACTERS_MAX = 200_000;

const mark = z.object({
  /** Of a mark on a photograph; it has none of the next four. */
  photograph: z.string().optional(),
  study: z.string().default(''),
  instance: z.string().default(''),
  uid: z.string().default(''),
  frame: z.number().default(1),
  tool: z.string(),
  text: z.string(),
  value: z.number().optional(),
  unit: z.string().optional(),
  data: z.record(z.string(), z.unknown()),
});
type Mark = z.output<typeof mark>;
type WrittenMark = z.input<typeof mark>;
const KEY = 'key-image';

export function annotationsOf(context: Context, patient: string, study: string): ImagingAnnotation[] {
  return marksOf(context, patient)
    .filter((one) => one.mark.tool !== KEY && one.mark.photograph === undefined && one.mark.study === study)
    .map(({ mark: { uid: _uid, photograph: _photograph, ...rest }, stored }) => ({ ...rest, ...stampOf(context, stored) }));
}

/** Throws `not-found`. */
export function photographMarksOf(context: Context, patient: string, image: string): PhotographMark[] {
  photographOf(context, context.vault.db, patient, image);
  return marksOf(context, patient)
    .filter((one) => one.mark.tool !== KEY && one.mark.photograph === image)
    .map(({ mark: { tool, text, value, unit, data }, stored }) => ({
      image,
      tool,
      text,
      value,
      unit,
      data,
      ...stampOf(context, stored),
    }));
}

/** Throws `not-found`, `conflict`, `invalid-input`. */
export function markPhotograph(
  context: Context,
  tx: Tx,
  { patient, mark: given, id, expectedVersion }: ParsedInput<'imaging.markPhotograph'>,
): PhotographMark {
  if (given.tool === KEY) throw new AppError('invalid-input', { what: 'this name is kept for key images' });
  photographOf(context, tx.db, patient, given.image);
  const { image, ...rest } = given;
  const version = keep(tx, patient, `Media/${image}`, { ...rest, photograph: image }, id, expectedVersion);
  return { ...given, ...version, by: context.person.displayName, at: tx.at };
}

/** Throws `not-found` where there is none, or this person may not see it. */
function photographOf(context: Context, db: Tx['db'], patient: string, image: string): void {
  if (readResource(db, 'Media', image)?.patient !== patient || hiddenFrom(context, patient).has(`Media/${image}`))
    throw new AppError('not-found', { what: 'image' });
}

export function keyImagesOf(context: Context, patient: string, study: string | undefined): Output<'imaging.keyImages'>['images'] {
  return marksOf(context, patient)
    .filter((one) => one.mark.tool === KEY && (study === undefined || one.mark.study === study))
    .map(({ mark: { study: of, instance, frame, text }, stored }) => {
      const { id, by, at } = stampOf(context, stored);
      return { id, study: of, instance, frame, note: text, by, at };
    });
}

/** Throws `not-found`, `conflict`, `invalid-input`. */
export function annotate(
  context: Context,
  tx: Tx,
  { patient, annotation, id, expectedVersion }: ParsedInput<'imaging.annotate'>,
): ImagingAnnotation {
  if (annotation.tool === KEY) throw new AppError('invalid-input', { what: 'this name is kept for key images' });
  const instance = instanceById(context, patient, annotation.instance);
  if (instance.study !== annotation.study) throw new AppError('not-found', { what: 'image' });
  const made: Mark = { ...annotation, uid: instance.uid };
  const version = keep(tx, patient, `ImagingStudy/${instance.resource}`, made, id, expectedVersion);
  return { ...annotation, ...version, by: context.person.displayName, at: tx.at };
}

/** Writes a mark: a new one without `id`, otherwise over the one before, which must lie on the same picture. */
function keep(
  tx: Tx,
  patient: string,
  source: string,
  made: WrittenMark,
  id: string | undefined,
  expectedVersion: number | undefined,
): { id: string; version: number } {
  const before = id === undefined ? undefined : markOf(readResource(tx.db, 'Observation', id), patient);
  if (id !== undefined && (!before || before.photograph !== made.photograph))
    throw new AppError('not-found', { what: 'measurement' });
  const written = putResource(tx, observationOf(id ?? tx.chance.id(), patient, source, made, tx.at), {
    patient,
    origin: 'person',
    expectedVersion: id === undefined ? 0 : expectedVersion,
  });
  tx.changed(['images'], patient);
  return { id: written.id, version: written.version };
}

/** Throws `not-found`. */
export function unannotate(tx: Tx, patient: string, id: string): void {
  if (!markOf(readResource(tx.db, 'Observation', id), patient)) throw new AppError('not-found', { what: 'measurement' });
  deleteResource(tx, 'Observation', id);
  tx.changed(['images'], patient);
}

export function markKey(
  context: Context,
  tx: Tx,
  { patient, study, instance: id, frame, key, note }: ParsedInput<'imaging.markKey'>,
): void {
  const instance = instanceById(context, patient, id);
  if (instance.study !== study) throw new AppError('not-found', { what: 'image' });
  const earlier = marksOf(context, patient).find(
    (one) => one.mark.tool === KEY && one.mark.instance === id && one.mark.frame === frame,
  )?.stored.resource.id;
  if (!key) {
    if (earlier !== undefined) deleteResource(tx, 'Observation', earlier);
  } else
    putResource(
      tx,
      observationOf(
        earlier ?? tx.chance.id(),
        patient,
        `ImagingStudy/${instance.resource}`,
        { study, instance: id, uid: instance.uid, frame, tool: KEY, text: note, data: {} },
        tx.at,
      ),
      { patient, origin: 'person' },
    );
  tx.changed(['images'], patient);
}

/** @param source what it was measured on: `ImagingStudy/ID` or `Media/ID` */
function observationOf(id: string, patient: string, source: string, made: WrittenMark, at: string): FhirResource {
  const kept = JSON.stringify(made);
  if (kept.length > MARK_CHARACTERS_MAX) throw new AppError('invalid-input', { what: 'the mark has too many points' });
  return {
    resourceType: 'Observation',
    id,
    extension: [{ url: MARK, valueString: kept }],
    status: 'final',
    category: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'imaging', display: 'Imaging' }] },
    ],
    code: {
      coding: [made.tool === KEY ? OF_INTEREST : MEASUREMENT],
      text: made.tool === KEY ? 'Key image' : `${made.tool} on an image`,
    },
    subject: { reference: `Patient/${patient}` },
    effectiveDateTime: at,
    ...(made.value === undefined
      ? {}
      : {
          valueQuantity: {
            value: made.value,
            ...(made.unit ? { unit: made.unit, system: 'http://unitsofmeasure.org', code: made.unit } : {}),
          },
        }),
    ...(made.value === undefined && made.text !== '' ? { valueString: made.text } : {}),
    ...(made.value !== undefined && made.text !== '' ? { note: [{ text: made.text }] } : {}),
    derivedFrom: [{ reference: source }],
  };
}

function marksOf(context: Context, patient: string): { mark: Mark; stored: Stored }[] {
  const hidden = hiddenFrom(context, patient);
  return resourcesOfPatient(context.vault.db, patient, 'Observation').flatMap((stored) => {
    if (hidden.has(`Observation/${stored.resource.id}`)) return [];
    const found = markOf(stored, patient);
    return found ? [{ mark: found, stored }] : [];
  });
}

const marked = z.object({ extension: z.array(z.object({ url: z.string(), valueString: z.string().optional() })) });

function markOf(stored: Stored | undefined, patient: string): Mark | undefined {
  if (stored?.patient !== patient) return undefined;
  const text = marked.safeParse(stored.resource).data?.extension.find((one) => one.url === MARK)?.valueString;
  if (text === undefined) return undefined;
  try {
    return mark.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function stampOf(context: Context, stored: Stored): { id: string; version: number; by: string; at: string } {
  const name = context.vault.db
    .prepare<[string], { display_name: string }>('SELECT display_name FROM user WHERE id = ?')
    .get(stored.author)?.display_name;
  const { id = '', effectiveDateTime } = stored.resource;
  return {
    id,
    version: stored.version,
    by: name ?? 'somebody on another device',
    at: typeof effectiveDateTime === 'string' ? effectiveDateTime : '',
  };
}
