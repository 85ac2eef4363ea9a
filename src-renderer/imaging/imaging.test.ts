import { expect, test } from 'vitest';
import type { FrameHeader, ImagingInstance } from '../../src-shared/contract/imaging.ts';
import { curvePath, scaleOf } from './curves.ts';
import { lastBefore } from './hanging.ts';
import { conflictsOf, isKey, keysOf } from './keymap.ts';
import { beginsBeside, partnerOf, shiftBetween } from './linking.ts';
import { angleOf, areaOf, densityOf, lengthOf, regionOf, roundLength } from './measure.ts';
import type { Picture } from './picture.ts';
import { crossing, edgesOf, type Plane, pixelToWorld, placeOf, planeOf, worldToPixel } from './plane.ts';
import { expandMacro, nextGap, templateFor } from './report-draft.ts';
import { cutsOf } from './volume.ts';
import { colourTable, greyOf, greyTable, ownTable, ownWindow } from './windows.ts';

const axial: Plane = {
  origin: [-100, -100, 50],
  right: [1, 0, 0],
  down: [0, 1, 0],
  spacing: [0.5, 2],
  calibration: 'patient',
  placed: true,
};
const instance: ImagingInstance = {
  id: 'i',
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
const header: FrameHeader = {
  rows: 1,
  columns: 4,
  samples: 1,
  type: 'i16',
  bitsStored: 12,
  photometric: 'MONOCHROME2',
  slope: 2,
  intercept: -1000,
  windows: [],
  voiFunction: 'LINEAR',
  voiTables: [],
  smallest: 0,
  largest: 1000,
  lossy: false,
  overlays: 0,
};

test('lengths, angles and areas use the spacing of rows and of columns', () => {
  expect(lengthOf(axial, [0, 0], [3, 8])).toEqual({ value: Math.hypot(6, 4), unit: 'mm' });
  expect(lengthOf({ ...axial, spacing: [1, 1], calibration: 'none' }, [0, 0], [3, 4])).toEqual({ value: 5, unit: '{pixel}' });
  // In millimetres the legs are (2, 0) and (2, 2): 45 degrees, though not in pixels.
  expect(angleOf(axial, [1, 0], [0, 0], [1, 4]).value).toBeCloseTo(45);
  const ellipse = regionOf('ellipse', [
    [5, 20],
    [5, 0],
    [0, 10],
    [10, 10],
  ]);
  expect(ellipse && areaOf(axial, ellipse).value).toBeCloseTo(Math.PI * 10 * 5);
});

test('a density counts the pixels whose middle lies inside, rescaled', () => {
  const values = Int16Array.from({ length: 100 }, (_, index) => (index % 10 < 5 ? 0 : 100));
  const left = regionOf('rectangle', [
    [0, 0],
    [5, 0],
    [0, 10],
    [5, 10],
  ]);
  const all = regionOf('rectangle', [
    [0, 0],
    [10, 0],
    [0, 10],
    [10, 10],
  ]);
  const pixels = { values, columns: 10, rows: 10, slope: 1, intercept: -50 };
  expect(left && densityOf(pixels, left)).toMatchObject({ mean: -50, deviation: 0, pixels: 50 });
  expect(all && densityOf(pixels, all)).toMatchObject({ mean: expect.closeTo(0), smallest: -50, largest: 50, pixels: 100 });
  const outside = regionOf('rectangle', [
    [20, 20],
    [30, 20],
    [20, 30],
    [30, 30],
  ]);
  expect(outside && densityOf(pixels, outside)).toBeUndefined();
});

test('what is not calibrated is said, and a detector is not the patient', () => {
  expect(planeOf(instance).calibration).toBe('none');
  expect(planeOf({ ...instance, imagerSpacing: [0.2, 0.2] })).toMatchObject({ calibration: 'detector', spacing: [0.2, 0.2] });
  expect(planeOf({ ...instance, imagerSpacing: [0.2, 0.2], spacing: [0.2, 0.2] }).calibration).toBe('detector');
  // A computed radiograph that says no more than this (1.1.1) is as it lay on the plate; a slice (1.1.2) lies in the patient.
  const onlySpacing = (kind: string) =>
    planeOf({ ...instance, sopClass: `1.2.840.10008.5.1.4.1.1.${kind}`, spacing: [0.2, 0.2] }).calibration;
  expect(['1', '1.1', '12.1', '2', '4', '7'].map(onlySpacing)).toEqual([
    'detector',
    'detector',
    'detector',
    'patient',
    'patient',
    'patient',
  ]);
  expect(
    planeOf({ ...instance, imagerSpacing: [0.2, 0.2], spacing: [0.2, 0.2], spacingCalibration: 'GEOMETRY' }).calibration,
  ).toBe('patient');
  expect(planeOf({ ...instance, spacing: [0, 0], ultrasoundSpacing: [0.1, 0.1] })).toMatchObject({
    calibration: 'patient',
    spacing: [0.1, 0.1],
  });
});

test('points go to the patient and back, and letters follow turns and flips', () => {
  expect(pixelToWorld(axial, [10, 20])).toEqual([-80, -90, 50]);
  expect(worldToPixel(axial, [-80, -90, 50])).toEqual([10, 20]);
  const still = { rotation: 0, flipHorizontal: false, flipVertical: false };
  expect(edgesOf(axial, undefined, still)).toEqual({ left: 'R', right: 'L', top: 'A', bottom: 'P' });
  expect(edgesOf(axial, undefined, { ...still, rotation: 90 })).toEqual({ left: 'P', right: 'A', top: 'R', bottom: 'L' });
  expect(edgesOf(axial, undefined, { ...still, flipHorizontal: true })).toMatchObject({ left: 'L', right: 'R' });
  expect(edgesOf({ ...axial, placed: false }, 'L\\F', still)).toEqual({ left: 'R', right: 'L', top: 'H', bottom: 'F' });
  expect(edgesOf({ ...axial, placed: false }, undefined, still)).toBeUndefined();
});

test('a slice cuts a picture that stands on it where both meet, and none that lies along it', () => {
  const coronal: Plane = {
    origin: [-100, 0, 100],
    right: [1, 0, 0],
    down: [0, 0, -1],
    spacing: [1, 1],
    calibration: 'patient',
    placed: true,
  };
  const [from, to] = crossing(axial, [100, 400], coronal) ?? [];
  expect([from?.[1], to?.[1]]).toEqual([50, 50]);
  expect([from?.[0], to?.[0]].sort()).toEqual([0, 200]);
  expect(crossing(axial, [100, 400], { ...axial, origin: [0, 0, 60] })).toBeUndefined();
});

const slice = (z: number, more: Partial<Picture> = {}): Picture => ({
  id: `s${z}`,
  columns: 4,
  rows: 4,
  plane: { ...axial, origin: [0, 0, z] },
  modality: 'CT',
  frameOfReference: 'one',
  lossy: false,
  load: () => Promise.reject(new Error('not asked for')),
  ...more,
});

test('linked stacks meet at the same place of the body, with other spacings and other zero points', () => {
  const fine = Array.from({ length: 30 }, (_, index) => slice(index));
  const coarse = Array.from({ length: 7 }, (_, index) => slice(index * 5));
  expect(partnerOf(fine, 14, coarse, 0)).toBe(3);
  const elsewhere = Array.from({ length: 7 }, (_, index) => slice(1000 + index * 5, { frameOfReference: 'other' }));
  const shift = shiftBetween(fine[0] ?? slice(0), elsewhere[0] ?? slice(0));
  expect(partnerOf(fine, 14, elsewhere, shift)).toBe(3);
  const standing = fine.map((picture) => ({ ...picture, plane: { ...picture.plane, down: [0, 0, -1] as const } }));
  expect(partnerOf(fine, 14, standing, 0)).toBeUndefined();
});

test('an examination laid beside another begins at the same place of the body, whatever its spacing, zero point or direction', () => {
  const fine = Array.from({ length: 30 }, (_, index) => slice(index));
  const prior = (from: number, step: number) =>
    Array.from({ length: 9 }, (_, index) => slice(from + index * step, { frameOfReference: 'earlier' }));
  // Slice 20 lies at 20 mm; the prior has slices at -10, -5 ... 30 mm.
  expect(beginsBeside(fine, 20, prior(-10, 5))).toEqual({ index: 6, shift: 0 });
  expect(beginsBeside(fine, 22, prior(-10, 5))).toEqual({ index: 6, shift: 0 });
  expect(beginsBeside(fine, 20, prior(30, -5))).toEqual({ index: 2, shift: 0 });
  // Nothing of it lies there: two thirds of the way, and what lies between is kept.
  expect(beginsBeside(fine, 20, prior(1000, 5))).toEqual({ index: 6, shift: 1010 });
  expect(beginsBeside(fine, 20, prior(1040, -5))).toEqual({ index: 2, shift: 1010 });
  const standing = fine.map((picture) => ({ ...picture, plane: { ...picture.plane, down: [0, 0, -1] as const } }));
  expect(beginsBeside(fine, 20, standing)).toBeUndefined();
  const unplaced = fine.map((picture) => ({
    ...picture,
    frameOfReference: undefined,
    plane: { ...picture.plane, placed: false },
  }));
  expect(beginsBeside(fine, 20, unplaced)).toBeUndefined();
});

test('other cuts show each voxel once, head up and the left at the right', () => {
  // Two columns, three rows, two slices; the value names its place: slice, row, column.
  const values = Int16Array.from([0, 1, 10, 11, 20, 21, 100, 101, 110, 111, 120, 121]);
  const [, coronal, acquired] = cutsOf({
    values,
    columns: 2,
    rows: 3,
    slices: 2,
    first: { ...axial, origin: [0, 0, 0] },
    step: 4,
    along: [0, 0, 1],
  });
  expect(acquired).toMatchObject({ axis: 'axial', count: 2, columns: 2, rows: 3 });
  expect([...(acquired?.read(1) ?? [])]).toEqual([100, 101, 110, 111, 120, 121]);
  expect(coronal).toMatchObject({ axis: 'coronal', count: 3, columns: 2, rows: 2 });
  expect([...(coronal?.read(1) ?? [])]).toEqual([110, 111, 10, 11]);
  expect(coronal?.plane(1)).toMatchObject({ origin: [0, 0.5, 4], down: [-0, -0, -1], spacing: [4, 2] });
});

test('windows follow PS3.3 C.11.2.1.2, dark stays dark for MONOCHROME1, padding is black', () => {
  const window = { center: 40, width: 400 };
  expect([greyOf(window, 'LINEAR', -161), greyOf(window, 'LINEAR', 240), greyOf(window, 'LINEAR_EXACT', 40)]).toEqual([
    0, 255, 127.5,
  ]);
  expect(greyOf(window, 'SIGMOID', 40)).toBe(127.5);
  const seen = (table: Uint32Array, stored: number) => (table[stored] ?? 0) & 255;
  const plain = greyTable(header, { ...window, invert: false });
  const one = greyTable({ ...header, photometric: 'MONOCHROME1' }, { ...window, invert: false });
  expect([seen(plain, 0), seen(plain, 1000), seen(one, 0), seen(one, 1000)]).toEqual([0, 255, 255, 0]);
  const padded = greyTable({ ...header, photometric: 'MONOCHROME1', padding: [0, 0] }, { ...window, invert: false });
  expect(seen(padded, 0)).toBe(0);
  const colour = colourTable({
    ...ownWindow({ windows: [], samples: 3 }, { smallest: 0, largest: 255, low: 0, high: 255 }),
    invert: false,
  });
  expect([...colour]).toEqual(Array.from({ length: 256 }, (_, value) => value));
});

test('a file that brings a table and no window is looked at through the table, rescaled values in', () => {
  const bytes = new Uint8Array(Uint16Array.of(4095, 2048, 0).buffer);
  const table = { first: -1000, bits: 12, entries: bytes };
  const own = ownTable({ ...header, voiTables: [table] });
  expect(own).toBe(table);
  const drawn = greyTable(header, { center: 0, width: 1, invert: false, table: own });
  expect([0, 1, 1000].map((stored) => (drawn[stored] ?? 0) & 255)).toEqual([255, 0, 0]);
  expect(ownTable({ ...header, voiTables: [table], windows: [{ center: 40, width: 400 }] })).toBe(undefined);
});

test('a slice lies where it cuts the body: by x where it is sagittal, by its own frame and not by the file', () => {
  const sagittal: ImagingInstance = { ...instance, position: [0, 0, 0], orientation: [0, 1, 0, 0, 0, -1] };
  const plane = planeOf(sagittal, { position: [-31.5, 120, 80] });
  expect(placeOf(plane)).toBe(-31.5);
  expect(placeOf({ ...axial, origin: [-120, -118, 42.5], placed: true })).toBe(42.5);
  expect(placeOf({ ...axial, placed: false })).toBe(undefined);
});

test('keys: a person may change them, two acts on one key are found, keys of the application are not given away', () => {
  const keys = keysOf({ invert: 'r', cine: 'escape', unknown: 'q' });
  expect(keys.invert).toBe('r');
  expect(keys.cine).toBe('c');
  expect(conflictsOf(keys).get('invert')).toEqual(['rotateRight']);
  expect(conflictsOf(keysOf(undefined)).size).toBe(0);
  expect([isKey(' '), isKey('f2'), isKey('g'), isKey('mod+k')]).toEqual([true, true, false, false]);
});

test('a report: the template that fits, macros, and the next gap, round through the sections', () => {
  const sections = { indication: '', technique: 'x [a] y', comparison: '', findings: '[b] and [c]', impression: '' };
  expect(nextGap(sections, 'technique', 0)).toEqual({ section: 'technique', start: 2, end: 5 });
  expect(nextGap(sections, 'technique', 5)).toEqual({ section: 'findings', start: 0, end: 3 });
  expect(nextGap(sections, 'findings', 11)).toEqual({ section: 'technique', start: 2, end: 5 });
  expect(expandMacro('Lungs .nad ', 11, [{ name: 'nad', text: 'normal' }])).toEqual({ text: 'Lungs normal ', caret: 13 });
  expect(expandMacro('1.5 ', 4, [{ name: '5', text: 'no' }])).toBeUndefined();
  const template = (id: string, modality?: string, bodyPart?: string) => ({
    id,
    name: id,
    modality,
    bodyPart,
    sections,
    builtIn: true,
    version: 0,
  });
  const all = [
    template('free'),
    template('ct-head', 'CT', 'HEAD'),
    template('ct-chest', 'CT', 'CHEST'),
    template('film', undefined, 'CHEST'),
  ];
  expect(templateFor(all, ['CT'], ['CHEST'])?.id).toBe('ct-chest');
  expect(templateFor(all, ['DX'], ['CHEST'])?.id).toBe('film');
  expect(templateFor(all, ['NM'], [])?.id).toBe('free');
});

test('curves are drawn to scale: 25 mm a second, 10 mm a millivolt; bars of scale are round', () => {
  expect(curvePath([0, 1, 0], 25, scaleOf({ label: 'I', unit: 'mV', values: new Float32Array(3) }, 16))).toBe(
    'M0.00 0.00L1.00 -10.00L2.00 0.00',
  );
  expect(scaleOf({ label: 'I', unit: 'uV', values: new Float32Array(1) }, 16)).toBeCloseTo(0.01);
  expect([roundLength(34), roundLength(70), roundLength(199)]).toEqual([20, 50, 100]);
});

test('the last examination of the same place lies beside this one, and never one of masks or words alone', () => {
  const study = (uid: string, date: string, modalities: string[], bodyParts: string[] = []) => ({
    uid,
    id: uid,
    date,
    description: '',
    modalities,
    bodyParts,
    series: 1,
    instances: 1,
    bytes: 1,
  });
  const now = study('now', '2026-03-12', ['CT', 'SEG', 'KO'], ['HEAD']);
  const mask = study('mask', '2026-02-01', ['SEG'], ['HEAD']);
  const chest = study('chest', '2026-01-01', ['CT'], ['CHEST']);
  const head = study('head', '2015-07-13', ['CT'], ['HEAD']);
  const later = study('later', '2026-04-01', ['CT'], ['HEAD']);
  expect(lastBefore(now, [later, now, mask, head, chest], 'CT')?.uid).toBe('head');
  expect(lastBefore(now, [later, now, mask, chest], 'CT')?.uid).toBe('chest');
  expect(lastBefore(now, [now, mask, head], 'SEG')?.uid).toBe('head');
  expect(lastBefore(now, [later, now, mask], 'CT')).toBeUndefined();
});
