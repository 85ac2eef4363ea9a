/** What a picture says of itself in places where not every writer puts it. */
import { expect, test } from 'vitest';
import { type Made, madePicture } from '../../../tests/fixtures/dicom.ts';
import { describeDicom } from './describe.ts';

const groups = (tag: number, ...items: Made): Made => [[tag, 'SQ', [items]]];

/** Rescaling outside of groups, left empty. */
const unsaid: Made = [
  [0x00281052, 'DS', ''],
  [0x00281053, 'DS', ''],
];

test('an enhanced object of one frame has the place, the window and the rescaling of its groups', () => {
  const { facts, frames } = describeDicom(
    madePicture({
      extra: [
        ...unsaid,
        ...groups(
          0x52009229,
          ...groups(0x00289110, [0x00280030, 'DS', '0.5\\0.7']),
          ...groups(0x00209116, [0x00200037, 'DS', '1\\0\\0\\0\\1\\0']),
          ...groups(0x00289145, [0x00281052, 'DS', '-1024'], [0x00281053, 'DS', '2'], [0x00281054, 'LO', 'HU']),
        ),
        ...groups(
          0x52009230,
          ...groups(0x00209113, [0x00200032, 'DS', '1\\2\\3']),
          ...groups(0x00289132, [0x00281050, 'DS', '40'], [0x00281051, 'DS', '400']),
        ),
      ],
    }),
  );
  expect(facts).toMatchObject({
    slope: 2,
    intercept: -1024,
    unit: 'HU',
    spacing: [0.5, 0.7],
    position: [1, 2, 3],
    orientation: [1, 0, 0, 0, 1, 0],
  });
  expect(facts.windows).toEqual([{ center: 40, width: 400 }]);
  expect(frames).toBe(null);
});

test('the side of a tomosynthesis stands with its frames; where they differ there is none', () => {
  const side = (...sides: string[]) =>
    describeDicom(madePicture({ extra: [[0x52009230, 'SQ', sides.map((one) => groups(0x00209071, [0x00209072, 'CS', one]))]] }))
      .facts.laterality;
  expect([side('L', 'L'), side('R'), side('L', 'R')]).toEqual(['L', 'R', undefined]);
});

test('Hounsfield units only where a CT is rescaled to them', () => {
  const unit = (...extra: Made) => describeDicom(madePicture({ extra })).facts.unit;
  expect(unit()).toBe('HU');
  expect(unit([0x00281054, 'LO', 'US'])).toBe(undefined);
  expect(unit([0x00281054, 'LO', 'MGML'])).toBe('MGML');
  expect(unit(...unsaid)).toBe(undefined);
});

test('frames of an enhanced object say which they are: by its dimensions, or else by time, echo and b-value; each has its own place, spacing and window', () => {
  const dimension = (pointer: number[]): Made => [[0x00209165, 'AT', pointer]];
  const frame = (z: number, echo: number, index: number[]): Made => [
    ...groups(0x00209111, [0x00209056, 'SH', '1'], [0x00209057, 'UL', [z + 1]], [0x00209157, 'UL', index]),
    ...groups(0x00209113, [0x00200032, 'DS', `0\\0\\${z}`]),
    ...groups(0x00289110, [0x00280030, 'DS', `${echo}\\0.5`]),
    ...groups(0x00289132, [0x00281050, 'DS', String(10 * echo)], [0x00281051, 'DS', '100'], [0x00281056, 'CS', 'SIGMOID']),
    ...groups(0x00189117, [0x00189087, 'FD', new Uint8Array(new Float64Array([1000]).buffer)]),
  ];
  const enhanced = (...dimensions: Made[]) =>
    describeDicom(
      madePicture({
        extra: [
          [0x00280008, 'IS', '2'],
          [0x7fe00010, 'OW', new Uint8Array(64)],
          ...(dimensions.length > 0 ? ([[0x00209222, 'SQ', dimensions]] as Made) : []),
          ...groups(0x52009229, ...groups(0x00209116, [0x00200037, 'DS', '1\\0\\0\\0\\1\\0'])),
          [0x52009230, 'SQ', [frame(0, 1, [1, 1, 2]), frame(3, 2, [1, 2, 1])]],
        ],
      }),
    );
  const { facts, frames } = enhanced(dimension([0x0020, 0x9056]), dimension([0x0020, 0x9057]), dimension([0x0018, 0x9082]));
  expect(facts.voiFunction).toBe('SIGMOID');
  expect(frames).toMatchObject([
    {
      position: [0, 0, 0],
      spacing: [1, 0.5],
      windows: [{ center: 10, width: 100 }],
      stack: '1',
      inStack: 1,
      index: [1, 1, 2],
      beyond: [2],
    },
    {
      position: [0, 0, 3],
      spacing: [2, 0.5],
      windows: [{ center: 20, width: 100 }],
      stack: '1',
      inStack: 4,
      beyond: [1],
      bValue: 1000,
    },
  ]);
  expect(enhanced().frames?.map(({ beyond }) => beyond)).toEqual([
    [0, 0, 1000],
    [0, 0, 1000],
  ]);
});
