/** The sample clinic: generated patients, clearly marked, to look around with. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { root } from '../../../src-node/root.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import type { Context } from '../context.ts';
import { joinCareTeam, putResource } from '../records/index.ts';
import { generateClinic, type SamplePatient } from './generate.ts';
import { type SampleStudy, sampleStudies } from './studies.ts';

/** Resources in one transaction. */
const CHUNK = 200;

/** A picture or letter of the shipped ones, and whose it is to be. */
export interface SampleFile {
  patient: string;
  path: string;
  eye?: 'right' | 'left';
}

export interface SampleOptions {
  patients: number;
  seed: number;
  signal?: AbortSignal;
  progress?: (done: number, total: number) => void;
}

/**
 * Writes the patients into the vault; whoever asks for them cares for them.
 * @returns which of the shipped pictures, letters and studies go to whom, for the domains that keep those
 */
export async function createSample(
  context: Context,
  options: SampleOptions,
): Promise<{ patients: string[]; pictures: SampleFile[]; letters: SampleFile[]; studies: SampleStudy[] }> {
  const clinic = generateClinic(options, context.clock.now());
  write(context, clinic.shared);
  for (const [index, { person, resources }] of clinic.patients.entries()) {
    if (options.signal?.aborted) throw new AppError('cancelled');
    // The patient comes with the last piece, so that nobody opens half a chart.
    for (let from = resources.length; from > 0; from -= CHUNK) {
      write(context, resources.slice(Math.max(0, from - CHUNK), from), person.id);
      await setImmediate();
    }
    options.progress?.(index + 1, clinic.patients.length);
  }
  return {
    patients: clinic.patients.map(({ person }) => person.id),
    pictures: pictures(clinic.patients),
    letters: letters(clinic.patients),
    studies: studies(clinic.patients, context.clock.now()),
  };
}

function studies(patients: SamplePatient[], nowMs: number): SampleStudy[] {
  const films = filesIn('resources/sample-images/chest-xray', /\.jpe?g$/i);
  const of = (kind: string) => films.find((path) => path.includes(kind));
  const owners = patients.map(({ person, story, resources }) => ({ person, story, number: numberOf(resources[0]) }));
  return sampleStudies(owners, nowMs, { normal: of('normal'), pneumonia: of('pneumonia') });
}

/** Written by patientResource. */
function numberOf(patient: FhirResource | undefined): string {
  return (patient?.identifier as { value: string }[] | undefined)?.[0]?.value ?? '';
}

function write(context: Context, resources: FhirResource[], patient?: string): void {
  context.write({ action: 'C', procedure: 'setup.sample', patient }, (tx) => {
    for (const resource of resources) {
      putResource(tx, resource, { patient, origin: 'imported' });
      if (resource.resourceType === 'Patient' && resource.id !== undefined) joinCareTeam(tx, resource.id);
    }
  });
}

function pictures(patients: SamplePatient[]): SampleFile[] {
  const owners = patients.filter(({ story }) => story.eyes === true);
  return shared(owners, filesIn('resources/sample-images/fundus', /\.(jpe?g|png|tiff?)$/i)).map((file, index) => ({
    ...file,
    eye: index % 2 === 0 ? 'right' : 'left',
  }));
}

function letters(patients: SamplePatient[]): SampleFile[] {
  return shared(
    patients.filter(({ story }) => story.letters === true),
    filesIn('resources/sample-letters', /\.(pdf|jpe?g|png|tiff?)$/i),
  );
}

/** Two files each in turn, while there are files. */
function shared(owners: SamplePatient[], paths: string[]): SampleFile[] {
  if (owners.length === 0) return [];
  return paths.flatMap((path, index) => {
    const owner = owners[Math.floor(index / 2) % owners.length];
    return owner === undefined ? [] : [{ patient: owner.person.id, path }];
  });
}

function filesIn(folder: string, kind: RegExp): string[] {
  const path = join(root, folder);
  return existsSync(path)
    ? readdirSync(path)
        .filter((name) => kind.test(name))
        .sort()
        .map((name) => join(path, name))
    : [];
}
