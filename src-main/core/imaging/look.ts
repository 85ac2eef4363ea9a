/** Studies, series and instances as the viewer asks for them. */
import type { ImagingInstance, ImagingSeries, ImagingStudyRow } from '../../../src-shared/contract/imaging.ts';
import type { Output } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { inOrder, volumeOf } from '../../../src-shared/imaging/geometry.ts';
import type { Context } from '../context.ts';
import { type Instance, instanceById, instancesOf } from './store/instances.ts';

export function studiesOf(context: Context, patient: string): ImagingStudyRow[] {
  const byStudy = grouped(instancesOf(context, patient), (one) => one.study);
  return [...byStudy.values()].map(rowOf).sort((a, b) => (b.date ?? '').localeCompare(a.date ?? ''));
}

/** Throws `not-found`. */
export function studyOf(context: Context, patient: string, study: string): Output<'imaging.study'> {
  const instances = instancesOf(context, patient, study);
  if (instances.length === 0) throw new AppError('not-found', { what: 'study' });
  const bySeries = grouped(instances, (one) => one.series);
  const series = [...bySeries.values()]
    .map(seriesOf)
    .sort((a, b) => (a.number ?? Number.MAX_SAFE_INTEGER) - (b.number ?? Number.MAX_SAFE_INTEGER) || a.uid.localeCompare(b.uid));
  return { study: rowOf(instances), series };
}

export function geometryOfFrames(context: Context, patient: string, id: string): Output<'imaging.geometry'> {
  const { frames, facts } = instanceById(context, patient, id);
  if (frames) return { frames };
  const { position, orientation, spacing, sliceThickness, sliceLocation, windows, slope, intercept } = facts;
  return {
    frames:
      facts.frames === 0 ? [] : [{ position, orientation, spacing, sliceThickness, sliceLocation, windows, slope, intercept }],
  };
}

function rowOf(instances: readonly Instance[]): ImagingStudyRow {
  const [first] = instances;
  if (!first) throw new Error('a study without instances');
  const { study } = first.belonging;
  const distinct = (values: (string | undefined)[]) =>
    [...new Set(values.filter((value) => value !== undefined && value !== ''))].sort() as string[]; // undefined is filtered out
  return {
    uid: study.uid,
    id: first.resource,
    date: study.date,
    description: study.description,
    accession: study.accession,
    modalities: distinct(instances.map((one) => one.belonging.series.modality)),
    bodyParts: distinct(instances.map((one) => one.belonging.series.bodyPart)),
    series: new Set(instances.map((one) => one.series)).size,
    instances: instances.length,
    bytes: instances.reduce((sum, one) => sum + one.bytes, 0),
  };
}

function seriesOf(instances: readonly Instance[]): ImagingSeries {
  const [first] = instances;
  if (!first) throw new Error('a series without instances');
  const { uid, number, modality, description, bodyPart, date } = first.belonging.series;
  const ordered = inOrder(instances.map((one): ImagingInstance => ({ ...one.facts, id: one.id, bytes: one.bytes })));
  return { uid, number, modality, description, bodyPart, date, instances: ordered, volume: volumeOf(ordered) };
}

function grouped(instances: readonly Instance[], keyOf: (one: Instance) => string): Map<string, Instance[]> {
  const groups = new Map<string, Instance[]>();
  for (const one of instances) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
