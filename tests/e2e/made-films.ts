/** Mammograms as large as detectors make them, made up: a breast of noise with a bright disc of 20 mm. */
import { type Made, madeDicom } from '../fixtures/dicom.ts';

const ROWS = 5120;
const COLUMNS = 4096;
/** Millimetres between pixels. */
const SPACING = 0.07;
const STUDY = '1.2.826.0.1.3680043.10.511.4000';

export const views = [
  ['R', 'CC'],
  ['L', 'CC'],
  ['R', 'MLO'],
  ['L', 'MLO'],
] as const;

/** One of the four views, 40 MB, its high values dark as they come from a detector. */
export function madeFilm(view: number): Uint8Array {
  const [side, position] = views[view] ?? views[0];
  const uid = (...parts: number[]) => [STUDY, ...parts].join('.');
  const elements: Made = [
    [0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.1.2'],
    [0x00080018, 'UI', uid(view + 1, 1)],
    [0x00080020, 'DA', '20261120'],
    [0x00080030, 'TM', '091200'],
    [0x00080060, 'CS', 'MG'],
    [0x00081030, 'LO', 'Made-up mammography'],
    [0x0008103e, 'LO', `${side} ${position}`],
    [0x00100010, 'PN', 'MADE^UP'],
    [0x00100020, 'LO', 'MADE-2'],
    [0x00181164, 'DS', `${SPACING}\\${SPACING}`],
    [0x00185101, 'CS', position],
    [0x0020000d, 'UI', STUDY],
    [0x0020000e, 'UI', uid(view + 1)],
    [0x00200011, 'IS', String(view + 1)],
    [0x00200013, 'IS', '1'],
    [0x00200020, 'CS', side === 'R' ? 'P\\F' : 'A\\F'],
    [0x00200062, 'CS', side],
    [0x00280002, 'US', [1]],
    [0x00280004, 'CS', 'MONOCHROME1'],
    [0x00280010, 'US', [ROWS]],
    [0x00280011, 'US', [COLUMNS]],
    [0x00280100, 'US', [16]],
    [0x00280101, 'US', [14]],
    [0x00280102, 'US', [13]],
    [0x00280103, 'US', [0]],
    [0x00281050, 'DS', '8000'],
    [0x00281051, 'DS', '12000'],
    [0x7fe00010, 'OW', pixels(side === 'R')],
  ];
  return madeDicom(elements);
}

function pixels(right: boolean): Uint8Array {
  const values = new Uint16Array(ROWS * COLUMNS);
  const radius = 10 / SPACING;
  for (let row = 0; row < ROWS; row++) {
    for (let column = 0; column < COLUMNS; column++) {
      const x = right ? COLUMNS - column : column;
      const inside = (x / (0.75 * COLUMNS)) ** 2 + ((row - ROWS / 2) / (0.42 * ROWS)) ** 2 < 1;
      const disc = (x - 0.4 * COLUMNS) ** 2 + (row - ROWS / 2) ** 2 < radius ** 2;
      values[row * COLUMNS + column] = disc ? 3000 : inside ? 7000 + ((column * 7 + row * 13) % 900) : 15_500;
    }
  }
  return new Uint8Array(values.buffer);
}
