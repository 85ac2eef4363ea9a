/** A photograph and its reading as FHIR R4: Media, Device (the model), Observation (the grade), DiagnosticReport (what is shown) and Provenance. */
import { z } from 'zod';
import { type Reading, reading as readingShape } from '../../../src-shared/contract/reading.ts';
import { patientId } from '../../../src-shared/contract/types.ts';
import { type FhirResource, TAG_SYSTEM, tags } from '../../../src-shared/fhir/types.ts';
import type { StoredFile } from '../vault/index.ts';
import type { ImageReading } from './read-image.ts';

const SNOMED = 'http://snomed.info/sct';
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
const UCUM = 'http://unitsofmeasure.org';
/** Holds the reading as our screens need it; everything in it that is clinical stands in the resource's own elements too. */
const READING_URL = 'urn:lamplight:reading';
const FILE_URL = 'urn:lamplight:file:';

/** International Clinical Diabetic Retinopathy severity scale (Wilkinson et al. 2003). */
export const GRADES = [
  'No apparent retinopathy',
  'Mild non-proliferative retinopathy',
  'Moderate non-proliferative retinopathy',
  'Severe non-proliferative retinopathy',
  'Proliferative retinopathy',
] as const;

const EYES = { right: ['362503005', 'Right eye'], left: ['362502000', 'Left eye'] } as const;

export type Eye = 'right' | 'left' | 'unknown';

export interface StoredReading {
  reading: Reading;
  /** base64; small, a value for each cell of the last feature map. */
  heat?: { width: number; height: number; values: string };
}

const storedReading = z.object({
  reading: readingShape,
  heat: z.object({ width: z.number(), height: z.number(), values: z.string() }).optional(),
});

/** What a picture is of: an eye, the chest on a film, or whatever somebody wanted to keep. */
export type Subject = { eye: Eye } | 'chest' | 'anything';

export function mediaOf(
  id: string,
  patient: string,
  file: StoredFile,
  of: Subject,
  at: string,
  size: { width: number; height: number } | null,
): FhirResource {
  const eye = typeof of === 'string' ? 'unknown' : of.eye;
  return {
    resourceType: 'Media',
    id,
    status: 'completed',
    type: {
      coding: [{ system: 'http://terminology.hl7.org/CodeSystem/media-type', code: 'image', display: 'Image' }],
      text: of === 'chest' ? 'Film' : 'Photograph',
    },
    ...(of === 'anything'
      ? {}
      : {
          modality: {
            coding: [
              of === 'chest'
                ? { system: DCM, code: 'DX', display: 'Digital Radiography' }
                : { system: DCM, code: 'OP', display: 'Ophthalmic Photography' },
            ],
          },
        }),
    subject: { reference: `Patient/${patient}` },
    createdDateTime: at,
    ...(of === 'chest'
      ? { bodySite: { coding: [{ system: SNOMED, code: '51185008', display: 'Thoracic structure' }], text: 'Chest' } }
      : {}),
    ...(eye === 'unknown'
      ? {}
      : { bodySite: { coding: [{ system: SNOMED, code: EYES[eye][0], display: EYES[eye][1] }], text: EYES[eye][1] } }),
    ...(size ? { width: size.width, height: size.height } : {}),
    content: {
      contentType: file.mediaType,
      url: `${FILE_URL}${file.id}`,
      size: file.size,
      hash: sha1Free(file.sha256),
      title:
        of === 'chest'
          ? 'Chest X-ray'
          : of === 'anything'
            ? 'Picture'
            : eye === 'unknown'
              ? 'Eye photograph'
              : `${EYES[eye][1]} photograph`,
    },
  };
}

/** Attachment.hash is base64 in FHIR; R4 asks for SHA-1, which we do not use, so the SHA-256 is named by its length alone. */
function sha1Free(sha256: string): string {
  return Buffer.from(sha256, 'hex').toString('base64');
}

/** The file that a Media resource points to. */
export function fileOfMedia(media: FhirResource): string | undefined {
  const content = z.object({ url: z.string() }).safeParse(media.content);
  return content.success && content.data.url.startsWith(FILE_URL) ? content.data.url.slice(FILE_URL.length) : undefined;
}

/** When it was taken, or came into the chart. */
export function dateOfMedia(media: FhirResource): string | undefined {
  return z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}/)
    .safeParse(media.createdDateTime).data;
}

/** Whether a stored picture is a film of the chest. */
export function isFilm(media: FhirResource): boolean {
  return JSON.stringify(media.modality ?? null).includes('"DX"');
}

/** The contract's reading from what the engine said. */
export function readingOf(
  found: ImageReading,
  ids: { reading: string; image: string; patient: string; imagingStudy?: string | undefined },
  at: string,
): StoredReading {
  const { crop, image } = found;
  const common = {
    id: ids.reading,
    image: ids.image,
    ...(ids.imagingStudy === undefined ? {} : { imagingStudy: ids.imagingStudy }),
    patient: patientId.parse(ids.patient),
    task: found.task ?? 'unknown',
    threshold: found.threshold,
    ...(found.population === undefined ? {} : { population: found.population }),
    quality: { ...found.quality },
    heatMapBox: {
      x: crop.left / image.width,
      y: crop.top / image.height,
      width: crop.width / image.width,
      height: crop.height / image.height,
    },
    provider: found.provider,
    model: found.model,
    modelVersion: found.modelVersion,
    inputSha256: found.inputSha256,
    ms: found.ms,
    at,
  };
  if (found.status === 'refused')
    return { reading: { ...common, status: 'refused', reason: found.reason.message, heatMapBox: undefined } };
  const { heatMap } = found;
  const heat = { width: heatMap.width, height: heatMap.height, values: Buffer.from(heatMap.values).toString('base64') };
  if (found.task === 'chest-xray') {
    const { finding, positive, probability } = found;
    const probabilities = [...found.probabilities];
    return {
      reading: {
        ...common,
        status: 'accepted',
        finding,
        positive,
        probability,
        probabilities,
        gradeName: findingName(finding, positive),
      },
      heat,
    };
  }
  const { grade, probabilities, referable, referableProbability } = found;
  return {
    reading: {
      ...common,
      status: 'accepted',
      grade,
      gradeName: GRADES[grade],
      probabilities: [...probabilities],
      referable,
      referableProbability,
    },
    heat,
  };
}

/** "Signs of pneumonia", or that there are none. */
function findingName(finding: string, positive: boolean): string {
  return positive ? `Signs of ${finding}` : `No signs of ${finding}`;
}

/** Observation, report, device and provenance of a reading as it stands: a proposal, or decided upon. */
export function resourcesOfReading(
  stored: StoredReading,
  author: { id: string; name: string } | null,
  at: string,
): FhirResource[] {
  const { reading } = stored;
  const subject = { reference: `Patient/${reading.patient}` };
  const source = {
    reference: reading.imagingStudy === undefined ? `Media/${reading.image}` : `ImagingStudy/${reading.imagingStudy}`,
  };
  const device = { reference: `Device/${deviceId(reading)}` };
  const { decision } = reading;
  const status =
    decision === undefined
      ? 'preliminary'
      : decision.verdict === 'rejected'
        ? 'cancelled'
        : decision.verdict === 'changed'
          ? 'amended'
          : 'final';
  const said = answerOf(reading);
  const conclusion = reading.status === 'refused' ? `Not read: ${reading.reason ?? ''}` : said.conclusion;
  const observation: FhirResource = {
    resourceType: 'Observation',
    id: observationId(reading),
    status,
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'imaging' }] }],
    code: said.code,
    subject,
    effectiveDateTime: reading.at,
    device,
    derivedFrom: [source],
    ...(said.value === undefined
      ? {
          dataAbsentReason: {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'error' }],
            text: reading.reason ?? 'not read',
          },
        }
      : said.value),
    ...(said.probability === undefined
      ? {}
      : {
          component: [
            {
              code: { text: said.probability.of },
              valueQuantity: { value: said.probability.value, unit: '1', system: UCUM, code: '1' },
            },
          ],
        }),
    ...(reading.population === undefined ? {} : { note: [{ text: `The model is made for ${reading.population}.` }] }),
  };
  const report: FhirResource = {
    resourceType: 'DiagnosticReport',
    id: reading.id,
    meta: {
      tag: [
        { system: TAG_SYSTEM, code: tags.reading },
        ...(decision === undefined ? [{ system: TAG_SYSTEM, code: tags.machine }] : []),
      ],
    },
    extension: [{ url: READING_URL, valueString: JSON.stringify(stored) }],
    status,
    code: {
      text:
        reading.task === 'chest-xray'
          ? 'Chest X-ray reading'
          : reading.task === 'unknown'
            ? 'Picture reading'
            : 'Diabetic retinopathy reading',
    },
    subject,
    effectiveDateTime: reading.at,
    issued: reading.at,
    result: [{ reference: `Observation/${observation.id}` }],
    ...(reading.imagingStudy === undefined ? { media: [{ link: source }] } : { imagingStudy: [source] }),
    conclusion,
  };
  const provenance: FhirResource = {
    resourceType: 'Provenance',
    id: `${reading.id}-p${decision === undefined ? 0 : 1}`.slice(0, 64),
    target: [{ reference: `DiagnosticReport/${reading.id}` }, { reference: `Observation/${observation.id}` }],
    recorded: at,
    agent:
      author === null
        ? [
            {
              type: {
                coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'assembler' }],
              },
              who: { ...device, display: `${reading.model} ${reading.modelVersion}` },
            },
          ]
        : [
            {
              type: {
                coding: [{ system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type', code: 'verifier' }],
              },
              who: { identifier: { value: author.id }, display: author.name },
            },
          ],
    entity: [
      {
        role: 'source',
        what: { ...source, identifier: { system: 'urn:lamplight:sha256', value: reading.inputSha256 } },
      },
    ],
  };
  return [observation, report, provenance];
}

interface Answer {
  code: { coding?: { system: string; code: string; display: string }[]; text: string };
  /** The element that carries the value; undefined where there is none. */
  value?: Record<string, unknown>;
  conclusion: string;
  probability?: { of: string; value: number };
}

/** What the reading says as it stands: the model's word, or the person's where they changed it. */
function answerOf(reading: Reading): Answer {
  const changed = reading.decision?.verdict === 'changed' ? reading.decision : undefined;
  if (reading.task === 'chest-xray') {
    const finding = reading.finding ?? 'pneumonia';
    const positive = changed?.positive ?? reading.positive;
    const coding = positive
      ? { system: SNOMED, code: '52101004', display: 'Present' }
      : { system: SNOMED, code: '2667000', display: 'Absent' };
    return {
      code: {
        ...(finding === 'pneumonia' ? { coding: [{ system: SNOMED, code: '233604007', display: 'Pneumonia' }] } : {}),
        text: `${finding[0]?.toUpperCase() ?? ''}${finding.slice(1)} on a frontal chest X-ray`,
      },
      ...(positive === undefined
        ? {}
        : { value: { valueCodeableConcept: { coding: [coding], text: findingName(finding, positive) } } }),
      conclusion: positive === undefined ? '' : findingName(finding, positive),
      ...(reading.probability === undefined
        ? {}
        : { probability: { of: `Calibrated probability of ${finding}`, value: reading.probability } }),
    };
  }
  const grade = changed?.grade ?? reading.grade;
  return {
    // A picture that no model took for its own says nothing of an eye.
    code: { text: reading.task === 'unknown' ? 'Picture reading' : 'Diabetic retinopathy grade (ICDR)' },
    ...(grade === undefined ? {} : { value: { valueInteger: grade } }),
    conclusion: grade === undefined ? '' : `${GRADES[grade as 0 | 1 | 2 | 3 | 4]} (grade ${grade})`, // the contract holds grades to 0 to 4
    ...(reading.referableProbability === undefined
      ? {}
      : { probability: { of: 'Calibrated probability of referable retinopathy', value: reading.referableProbability } }),
  };
}

export function deviceOf(reading: Reading): FhirResource {
  return {
    resourceType: 'Device',
    id: deviceId(reading),
    deviceName: [{ name: reading.model, type: 'model-name' }],
    version: [{ value: reading.modelVersion }],
    type: { text: 'Image reading model' },
  };
}

export function observationId({ id }: Reading): string {
  return `${id}-o`.slice(0, 64);
}

function deviceId(reading: Reading): string {
  return `model-${reading.model}-${reading.modelVersion}`.replace(/[^A-Za-z0-9\-.]/g, '-').slice(0, 64);
}

/** What `resourcesOfReading` kept in a report; undefined where the report is of another origin. */
export function storedReadingOf(report: FhirResource): StoredReading | undefined {
  const extensions = z.array(z.object({ url: z.string(), valueString: z.string().optional() })).safeParse(report.extension);
  const text = extensions.success ? extensions.data.find((extension) => extension.url === READING_URL)?.valueString : undefined;
  if (text === undefined) return undefined;
  const parsed = storedReading.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : undefined;
}
