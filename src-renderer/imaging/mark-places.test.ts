import { expect, test } from 'vitest';
import type { ImagingInstance } from '../../src-shared/contract/imaging.ts';
import { cutAt, cutMarkOf, type KeptMark, placeOf } from './mark-places.ts';
import type { Picture } from './picture.ts';
import type { Plane } from './plane.ts';

const plane: Plane = {
  origin: [0, 0, 0],
  right: [1, 0, 0],
  down: [0, 0, -1],
  spacing: [1.5, 0.5],
  calibration: 'patient',
  placed: true,
};
const instance: ImagingInstance = {
  id: 'slice-7',
  uid: '1',
  sopClass: '1',
  sopClassName: '',
  kind: 'image',
  frames: 1,
  transferSyntax: '',
  windows: [],
  voiFunction: 'LINEAR',
  slope: 1,
  intercept: 0,
  lossy: false,
  bytes: 0,
};
const picture = (over: Partial<Picture>): Picture => ({
  id: 'lamplight:1',
  columns: 100,
  rows: 40,
  plane,
  modality: 'CT',
  lossy: false,
  load: () => Promise.reject(new Error('not asked for here')),
  ...over,
});
/** Coronal cuts, one every 2 mm. */
const cuts = [0, 2, 4, 6].map((y) =>
  picture({
    id: `lamplight:cut/${y}`,
    plane: { ...plane, origin: [0, y, 0] },
    cut: { axis: 'coronal', instance, of: new Set(['slice-7', 'slice-8']) },
  }),
);
const onCut: KeptMark = {
  id: 'm',
  version: 1,
  tool: 'Length',
  text: '15.0 mm',
  instance: 'slice-8',
  frame: 1,
  data: {
    axis: 'coronal',
    normal: [0, 1, 0],
    world: [
      [10, 4.4, -3],
      [25, 4.4, -3],
    ],
  },
};

test('a mark on a cut comes back on the nearest cut of its direction, also when the cuts lie a little otherwise', () => {
  expect(placeOf(onCut, cuts)).toEqual({
    picture: cuts[2],
    points: [
      [20, 2],
      [50, 2],
    ],
  });
});

test('a mark on a cut lies on no cut of another direction, another series or another place', () => {
  const cut = cutMarkOf(onCut);
  if (!cut) throw new Error('it is a mark on a cut');
  expect(cutAt({ ...cut, normal: [1, 0, 0] }, cuts)).toBeUndefined();
  expect(cutAt({ ...cut, instance: 'of-another-series' }, cuts)).toBeUndefined();
  expect(cutAt({ ...cut, world: [[10, 30, -3]] }, cuts)).toBeUndefined();
  expect(
    placeOf(onCut, [picture({ from: { instance, address: { patient: '' as never, instance: 'slice-8', frame: 1 } } })]),
  ).toBeUndefined();
});

test('a mark on a photograph is drawn at the same place when the photograph comes in another size', () => {
  const kept: KeptMark = {
    id: 'm',
    version: 1,
    tool: 'Length',
    text: '',
    data: {
      points: [
        [10, 10],
        [40, 10],
      ],
      size: [50, 20],
    },
  };
  const photograph = picture({ photograph: 'eye' });
  expect(placeOf(kept, [photograph])?.points).toEqual([
    [20, 20],
    [80, 20],
  ]);
});

test('what is not ours in the data of a mark is passed over', () => {
  const broken = { ...onCut, data: { world: [[1, 2], 'x', null], normal: [0, 1, Number.NaN], points: [['a', 1]] } };
  expect(cutMarkOf(broken)).toBeUndefined();
  expect(placeOf(broken, cuts)).toBeUndefined();
});
