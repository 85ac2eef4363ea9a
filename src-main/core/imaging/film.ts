/** One picture as a reading model wants it: grey, bright is dense, through its own window, or in colour; what the file says it shows; and how old the patient was. */
import { describeDicom } from './describe.ts';
import type { Belonging, InstanceFacts, Table } from './facts.ts';
import { tags } from './parse/data-set.ts';
import { openDicom } from './parse/part10.ts';
import { dateOf, lineOf } from './parse/values.ts';
import { forDisplay, numbersIn } from './pixels/display.ts';
import { framesOf } from './pixels/file-frames.ts';
import { tableEntries } from './pixels/tables.ts';
import { type DicomPool, openDicomPool } from './pool.ts';

export interface Film {
  width: number;
  height: number;
  /** Grey: a byte a pixel, row by row, 0 black, 255 white, as on a light box (MONOCHROME1 turned over). Colour: three, red, green, blue. */
  data: Uint8Array;
  samples: 1 | 3;
  /** Empty where the file does not say. */
  modality: string;
  bodyPart?: string | undefined;
  viewPosition?: string | undefined;
  /** Its series and study, as whoever took it described them. */
  descriptions: string[];
  /** The day of the study, ISO 8601. */
  studied?: string | undefined;
  /** At the time of the study; undefined where the file does not say. */
  ageYears?: number | undefined;
  frames: number;
}

/**
 * Decodes the first frame in a thread with limits. Without a pool a thread is started for this file alone.
 * @throws AppError `dicom-not`, `dicom-damaged`, `dicom-no-picture`, `dicom-pixels-damaged`, `dicom-unsupported`
 */
export async function openFilm(bytes: Uint8Array, pool?: DicomPool): Promise<Film> {
  const own = pool ?? openDicomPool(1);
  try {
    return await own.ask('film', { bytes: bytes.slice() });
  } finally {
    if (!pool) await own.close();
  }
}

/** What an instance in a chart says that it shows, as `Film` has it. */
export function saysOf(
  { series, study }: Pick<Belonging, 'series' | 'study'>,
  { viewPosition, frames }: InstanceFacts,
): Pick<Film, 'modality' | 'bodyPart' | 'viewPosition' | 'descriptions' | 'frames'> {
  const { modality, bodyPart } = series;
  return {
    modality: modality.toUpperCase(),
    bodyPart,
    viewPosition,
    descriptions: [series.description, study.description].filter(Boolean),
    frames,
  };
}

/** Runs in the thread. */
export function readFilm(bytes: Uint8Array): Film {
  const file = openDicom(bytes);
  const { dataSet } = file;
  const frames = framesOf(file);
  const { facts, pixels, belonging } = describeDicom(bytes, true);
  const at = ([offset, length]: readonly [number, number]) => dataSet.bytes.subarray(offset, offset + length);
  const table = pixels?.modalityTable;
  const [red, green, blue] = pixels?.palette ?? [];
  const entriesOf = (palette: Table) => ({
    first: palette.first,
    bits: palette.bits,
    entries: tableEntries(palette, at(palette.at), dataSet.littleEndian),
  });
  const shown = forDisplay(frames.decode(1), frames.module, {
    modality: table && { first: table.first, entries: tableEntries(table, at(table.at), dataSet.littleEndian) },
    palette: red && green && blue ? [entriesOf(red), entriesOf(green), entriesOf(blue)] : undefined,
    padding: pixels?.padding,
  });
  const about = {
    width: frames.module.columns,
    height: frames.module.rows,
    modality: lineOf(dataSet, tags.modality)?.toUpperCase().slice(0, 16) ?? '',
    bodyPart: belonging.series.bodyPart,
    viewPosition: facts.viewPosition,
    descriptions: [belonging.series.description, belonging.study.description].filter(Boolean),
    studied: dateOf(dataSet, 0x00080020) ?? dateOf(dataSet, 0x00080022),
    ageYears: ageOf(dataSet),
    frames: frames.layout.count,
  };
  if (shown.samples !== 1) return { ...about, data: shown.bytes, samples: 3 };
  const [window] = facts.windows;
  const { slope, intercept } = table ? { slope: 1, intercept: 0 } : facts;
  const low = window ? (window.center - window.width / 2 - intercept) / slope : shown.smallest;
  const span = (window ? window.width / slope : shown.largest - shown.smallest) || 1;
  const inverted = shown.photometric === 'MONOCHROME1';
  const [voi] = pixels?.voiTables ?? [];
  const entries = voi && tableEntries(voi, at(voi.at), dataSet.littleEndian);
  const data = Uint8Array.from(numbersIn(shown), (value) => {
    const level =
      voi && entries
        ? ((entries[Math.min(entries.length - 1, Math.max(0, Math.round(value * slope + intercept) - voi.first))] ?? 0) /
            (2 ** voi.bits - 1)) *
          255
        : (255 * (value - low)) / span;
    const grey = Math.min(255, Math.max(0, level));
    return inverted ? 255 - grey : grey;
  });
  return { ...about, data, samples: 1 };
}

/** (0010,1010) as "034Y", "018M"; otherwise from the birth date and the study's. */
function ageOf(dataSet: Parameters<typeof lineOf>[0]): number | undefined {
  const [, number, unit] = /^(\d{1,3})([DWMY])$/.exec(lineOf(dataSet, 0x00101010) ?? '') ?? [];
  if (number !== undefined) return Number(number) / (unit === 'Y' ? 1 : unit === 'M' ? 12 : unit === 'W' ? 52.18 : 365.25);
  const [born, studied] = [dateOf(dataSet, 0x00100030), dateOf(dataSet, 0x00080020) ?? dateOf(dataSet, 0x00080022)];
  if (!born || !studied) return undefined;
  const years = (Date.parse(studied) - Date.parse(born)) / (365.25 * 86_400_000);
  return years >= 0 && years < 130 ? years : undefined;
}
