/** The FHIR ImagingStudy that lists what is kept: it synchronises, is exported, and names each file. */
import { z } from 'zod';
import type { FhirResource } from '../../../../src-shared/fhir/types.ts';
import type { Belonging, InstanceFacts } from '../facts.ts';

const UID_SYSTEM = 'urn:dicom:uid';
const DCM = 'http://dicom.nema.org/resources/ontology/DCM';
/** Where an instance's file is: an extension of ours. */
const FILE_EXTENSION = 'urn:lamplight:dicom-file';
const FILE_URL = 'urn:lamplight:file:';

export interface Listed {
  uid: string;
  /** Id of the encrypted file. */
  file: string;
  /** Our id of the instance: the same on every device. */
  id: string;
  belonging: Pick<Belonging, 'study' | 'series'>;
  facts: Pick<InstanceFacts, 'sopClass' | 'number' | 'title'>;
}

/** @param instances all that belong to the study, in any order; at least one */
export function studyResource(id: string, patient: string, instances: readonly Listed[]): FhirResource {
  const [first] = instances;
  if (!first) throw new Error('a study without instances');
  const { study } = first.belonging;
  const bySeries = new Map<string, Listed[]>();
  for (const one of instances) bySeries.set(one.belonging.series.uid, [...(bySeries.get(one.belonging.series.uid) ?? []), one]);
  const modalities = [...new Set(instances.map((one) => one.belonging.series.modality))].sort();
  return {
    resourceType: 'ImagingStudy',
    id,
    identifier: [
      { system: UID_SYSTEM, value: `urn:oid:${study.uid}` },
      ...(study.accession
        ? [
            {
              type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }] },
              value: study.accession,
            },
          ]
        : []),
    ],
    status: 'available',
    modality: modalities.map((code) => ({ system: DCM, code })),
    subject: { reference: `Patient/${patient}` },
    ...(study.date ? { started: started(study.date) } : {}),
    ...(study.description ? { description: study.description } : {}),
    numberOfSeries: bySeries.size,
    numberOfInstances: instances.length,
    series: [...bySeries.values()].sort(bySeriesNumber).map(seriesElement),
  };
}

/** FHIR wants an offset with a time; where the scanner gave none, the day is what is certain. */
const started = (date: string) => (date.length > 10 && !/[+-]\d{2}:\d{2}$/.test(date) ? date.slice(0, 10) : date);

const byNumber = (a: number | undefined, b: number | undefined) =>
  (a ?? Number.MAX_SAFE_INTEGER) - (b ?? Number.MAX_SAFE_INTEGER);
const bySeriesNumber = (a: Listed[], b: Listed[]) =>
  byNumber(a[0]?.belonging.series.number, b[0]?.belonging.series.number) ||
  (a[0]?.belonging.series.uid ?? '').localeCompare(b[0]?.belonging.series.uid ?? '');

function seriesElement(instances: Listed[]): unknown {
  const series = instances[0]?.belonging.series;
  if (!series) return {};
  return {
    uid: series.uid,
    ...(series.number !== undefined && series.number >= 0 ? { number: series.number } : {}),
    modality: { system: DCM, code: series.modality },
    ...(series.description ? { description: series.description } : {}),
    numberOfInstances: instances.length,
    ...(series.bodyPart ? { bodySite: { display: series.bodyPart } } : {}),
    instance: [...instances]
      .sort((a, b) => byNumber(a.facts.number, b.facts.number) || a.uid.localeCompare(b.uid))
      .map((one) => ({
        id: one.id,
        extension: [{ url: FILE_EXTENSION, valueUrl: `${FILE_URL}${one.file}` }],
        uid: one.uid,
        sopClass: { system: 'urn:ietf:rfc:3986', code: `urn:oid:${one.facts.sopClass}` },
        ...(one.facts.number !== undefined && one.facts.number >= 0 ? { number: one.facts.number } : {}),
        ...(one.facts.title ? { title: one.facts.title } : {}),
      })),
  };
}

const listed = z.object({
  identifier: z.array(z.object({ system: z.string().optional(), value: z.string().optional() })).default([]),
  series: z
    .array(
      z.object({
        uid: z.string(),
        instance: z
          .array(
            z.object({
              id: z.string(),
              uid: z.string(),
              extension: z.array(z.object({ url: z.string(), valueUrl: z.string().optional() })).default([]),
            }),
          )
          .default([]),
      }),
    )
    .default([]),
});

/** The instances that an ImagingStudy of ours names; none for one from elsewhere, which names no files. */
export function filesOfStudy(resource: FhirResource): { id: string; uid: string; file: string }[] {
  const parsed = listed.safeParse(resource);
  if (!parsed.success) return [];
  return parsed.data.series.flatMap((series) =>
    series.instance.flatMap(({ id, uid, extension }) => {
      const url = extension.find((one) => one.url === FILE_EXTENSION)?.valueUrl;
      return url?.startsWith(FILE_URL) ? [{ id, uid, file: url.slice(FILE_URL.length) }] : [];
    }),
  );
}
