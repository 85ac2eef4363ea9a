/** Imaging studies of the sample clinic as DICOM files: a CT that was drawn (nobody's), with an earlier one to compare, and two films of a child. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import sharp from 'sharp';
import { DAY_MS, day, YEAR_MS } from './clinic.ts';
import { dice } from './dice.ts';
import { dicomFile, type Element, uidOf } from './dicom-file.ts';
import type { SamplePerson } from './people.ts';
import { drawPhantom, HEIGHT_MM } from './phantom.ts';

export interface SampleStudy {
  patient: string;
  files(): Promise<{ name: string; bytes: Uint8Array }[]>;
}

interface Owner {
  person: SamplePerson;
  story: { name: string };
  /** Number of the record. */
  number: string;
}

const CT_CLASS = '1.2.840.10008.5.1.4.1.1.2';
const DX_CLASS = '1.2.840.10008.5.1.4.1.1.1.1';
const SIZE = 208;
const SPACING_MM = 1.8;
const SEED = 11;

/** For the first patient with each fitting story. @param films shipped photographs of films by kind */
export function sampleStudies(
  owners: readonly Owner[],
  nowMs: number,
  films: { normal?: string; pneumonia?: string },
): SampleStudy[] {
  const ct = owners.find(({ story }) => story.name === 'hypertension');
  const child = owners.find(({ story }) => story.name === 'child');
  const chance = dice(SEED);
  return [
    ...(ct
      ? [
          chestCt(ct, { at: nowMs - 340 * DAY_MS, step: 7.5, noduleRadius: 3, id: () => chance.id(nowMs) }),
          chestCt(ct, { at: nowMs - 12 * DAY_MS, step: 5, noduleRadius: 4.6, id: () => chance.id(nowMs) }),
        ]
      : []),
    ...(child ? childFilms(child, nowMs, films, () => chance.id(nowMs)) : []),
  ];
}

function chestCt(owner: Owner, wanted: { at: number; step: number; noduleRadius: number; id: () => string }): SampleStudy {
  const [study, series, frame] = [wanted.id(), wanted.id(), wanted.id()].map(uidOf);
  const count = Math.floor(HEIGHT_MM / wanted.step);
  const instances = Array.from({ length: count }, () => uidOf(wanted.id()));
  return {
    patient: owner.person.id,
    files: async () => {
      const draw = drawPhantom({ size: SIZE, spacing: SPACING_MM, noduleRadius: wanted.noduleRadius }, SEED);
      const files: { name: string; bytes: Uint8Array }[] = [];
      for (const [slice, instance] of instances.entries()) {
        const z = (slice + 0.5) * wanted.step;
        const half = ((SIZE - 1) / 2) * SPACING_MM;
        const bytes = dicomFile([
          ...common(owner, { at: wanted.at, study, series, instance, sopClass: CT_CLASS, modality: 'CT', number: slice + 1 }),
          [0x00080008, 'CS', 'DERIVED\\PRIMARY\\AXIAL'],
          [0x00081030, 'LO', 'CT chest (generated phantom)'],
          [0x0008103e, 'LO', 'Chest, drawn by program'],
          [0x00180015, 'CS', 'CHEST'],
          [0x00180050, 'DS', String(wanted.step)],
          [0x00180060, 'DS', '120'],
          [0x00185100, 'CS', 'HFS'],
          [0x00200032, 'DS', `${-half}\\${-half}\\${-z}`],
          [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'],
          [0x00200052, 'UI', frame ?? ''],
          [0x00201041, 'DS', String(-z)],
          [0x00204000, 'LT', 'Generated phantom: these are nobody\u2019s pictures.'],
          ...pixels(SIZE, SIZE, 16, 12),
          [0x00280030, 'DS', `${SPACING_MM}\\${SPACING_MM}`],
          [0x00281050, 'DS', '40\\-600'],
          [0x00281051, 'DS', '400\\1500'],
          [0x00281052, 'DS', '-1024'],
          [0x00281053, 'DS', '1'],
          [0x00281054, 'LO', 'HU'],
          [0x7fe00010, 'OW', new Uint8Array(draw(z).buffer)],
        ]);
        files.push({ name: `ct-${String(slice + 1).padStart(3, '0')}.dcm`, bytes });
        await setImmediate();
      }
      return files;
    },
  };
}

/** Ill at the age of two and a half, well again seven weeks later: within the ages that the model reads. */
function childFilms(
  owner: Owner,
  nowMs: number,
  films: { normal?: string; pneumonia?: string },
  id: () => string,
): SampleStudy[] {
  const ill = Math.min(owner.person.birthMs + 2.5 * YEAR_MS, nowMs - 60 * DAY_MS);
  const taken = [
    { path: films.pneumonia, at: ill },
    { path: films.normal, at: ill + 49 * DAY_MS },
  ];
  return taken.flatMap(({ path, at }) => {
    if (path === undefined) return [];
    const [study = '', series = '', instance = ''] = [id(), id(), id()].map(uidOf);
    return {
      patient: owner.person.id,
      files: async () => {
        const { data, info } = await sharp(await readFile(path))
          .greyscale()
          .raw()
          .toBuffer({ resolveWithObject: true });
        const bytes = dicomFile([
          ...common(owner, { at, study, series, instance, sopClass: DX_CLASS, modality: 'DX', number: 1 }),
          [0x00080008, 'CS', 'DERIVED\\PRIMARY'],
          [0x00081030, 'LO', 'Chest X-ray (sample)'],
          [0x0008103e, 'LO', 'Chest AP'],
          [0x00180015, 'CS', 'CHEST'],
          [0x00185101, 'CS', 'AP'],
          [0x00282110, 'CS', '01'],
          [0x00204000, 'LT', 'Sample picture: Kermany et al. 2018, CC BY 4.0; not of this patient.'],
          ...pixels(info.height, info.width, 8, 8),
          [0x00281050, 'DS', '127.5'],
          [0x00281051, 'DS', '256'],
          [0x7fe00010, 'OB', new Uint8Array(data)],
        ]);
        return [{ name: `${basename(path, '.jpg')}.dcm`, bytes }];
      },
    };
  });
}

interface Made {
  at: number;
  study: string | undefined;
  series: string | undefined;
  instance: string;
  sopClass: string;
  modality: string;
  number: number;
}

function common({ person, number }: Owner, made: Made): Element[] {
  const date = (ms: number) => day(ms).replaceAll('-', '');
  return [
    [0x00080005, 'CS', 'ISO_IR 192'],
    [0x00080016, 'UI', made.sopClass],
    [0x00080018, 'UI', made.instance],
    [0x00080020, 'DA', date(made.at)],
    [0x00080030, 'TM', '101500'],
    [0x00080050, 'SH', ''],
    [0x00080060, 'CS', made.modality],
    [0x00080070, 'LO', 'Lamplight sample'],
    [0x00080090, 'PN', ''],
    [0x00100010, 'PN', `${person.family}^${person.given}`],
    [0x00100020, 'LO', number],
    [0x00100030, 'DA', date(person.birthMs)],
    [0x00100040, 'CS', person.sex === 'female' ? 'F' : 'M'],
    [0x0020000d, 'UI', made.study ?? ''],
    [0x0020000e, 'UI', made.series ?? ''],
    [0x00200010, 'SH', '1'],
    [0x00200011, 'IS', '1'],
    [0x00200013, 'IS', String(made.number)],
    [0x00280301, 'CS', 'NO'],
  ];
}

function pixels(rows: number, columns: number, allocated: number, stored: number): Element[] {
  return [
    [0x00280002, 'US', 1],
    [0x00280004, 'CS', 'MONOCHROME2'],
    [0x00280010, 'US', rows],
    [0x00280011, 'US', columns],
    [0x00280100, 'US', allocated],
    [0x00280101, 'US', stored],
    [0x00280102, 'US', stored - 1],
    [0x00280103, 'US', 0],
  ];
}
