/** Every picture that can be shown, by its id, and how Cornerstone comes by its pixels. */
import { cache, Enums, imageLoader, metaData, type Types, utilities } from '@cornerstonejs/core';
import { AppError } from '../../src-shared/errors/index.ts';
import { onCoreEvent } from '../core/connection.ts';
import { tellChanged } from './changes.ts';
import { draw } from './draw.ts';
import type { Frame } from './frames.ts';
import { type LoadedPicture, loadedOf, remember } from './loaded.ts';
import { forgetMasks } from './masks.ts';
import type { Picture } from './picture.ts';
import { forgetPlanes } from './planes.ts';
import { forgetSegments } from './segments.ts';
import { ownWindow, spreadOf } from './windows.ts';

/** What decoded pictures may take in the page's memory; the longest unseen go first. */
export const PICTURES_BYTES_MAX = 768 * 1024 * 1024;
const SCHEME = 'lamplight';

const pictures = new Map<string, Picture>();

export function pictureId(...parts: readonly (string | number)[]): string {
  return `${SCHEME}:${parts.join('/')}`;
}

/** Makes pictures known; the same id again takes the place of the one before. */
export function know(more: readonly Picture[]): void {
  for (const picture of more) pictures.set(picture.id, picture);
}

export function pictureOf(id: string): Picture | undefined {
  return pictures.get(id);
}

/** The pixels of a picture, where they are in memory. */
export function pixelsOf(id: string): LoadedPicture | undefined {
  return loadedOf(cache.getImage(id));
}

/** Called once. Nothing of a patient stays in the page's memory when the session ends. */
export function startPictures(): void {
  cache.setMaxCacheSize(PICTURES_BYTES_MAX);
  imageLoader.registerImageLoader(SCHEME, (id) => ({ promise: load(id) as never }));
  metaData.addProvider(
    (type: string, id: unknown) => (typeof id === 'string' ? described(type, pictures.get(id)) : undefined),
    100,
  );
  onCoreEvent((event) => {
    if (event.name === 'session' && event.state !== 'signed-in') forgetPictures();
  });
}

function forgetPictures(): void {
  cache.purgeCache();
  pictures.clear();
  forgetPlanes();
  forgetMasks();
  forgetSegments();
}

/** Hands over pixels that came in a bundle. */
export function put(picture: Picture, frame: Frame): void {
  if (cache.getImageLoadObject(picture.id)) return;
  void cache.putImageLoadObject(picture.id, { promise: Promise.resolve(imageOf(picture, frame)) as never })?.catch(() => {});
}

async function load(id: string): Promise<Types.IImage> {
  const picture = pictures.get(id);
  if (!picture) throw new Error('This picture is not known');
  if (!picture.loadSmall) return imageOf(picture, await picture.load());
  const small = picture.loadSmall();
  smalls.add(small);
  const image = imageOf(picture, await small.finally(() => smalls.delete(small)), true);
  loading = loading.then(() => loadWhole(picture, image));
  return image;
}

/** Small pictures on their way; one whole one after the other comes when these are there. */
const smalls = new Set<Promise<Frame>>();
let loading: Promise<void> = Promise.resolve();

async function loadWhole(picture: Picture, image: Types.IImage): Promise<void> {
  await Promise.allSettled([...smalls]);
  // Signed out meanwhile, or left for another study and pushed out.
  if (pictures.get(picture.id) !== picture) return;
  const small = loadedOf(image);
  try {
    const frame = await picture.load();
    remember(image, { picture, frame, spread: spreadOf(frame.values, frame.header), small: false });
  } catch (error) {
    if (!small) return;
    const { message } = error instanceof AppError ? error : { message: String(error) };
    const header = { ...small.frame.header, warning: message };
    remember(image, { ...small, frame: { ...small.frame, header } });
  }
  tellChanged(picture.id);
}

function imageOf(picture: Picture, frame: Frame, small = false): Types.IImage {
  const { header, values } = frame;
  const spread = spreadOf(values, header);
  const own = ownWindow(header, spread);
  const { samples } = header;
  if (!small) [picture.columns, picture.rows] = [header.columns, header.rows];
  const { columns, rows } = picture;
  // What Cornerstone takes as pixel data: it never writes to it.
  const scalarData = values as Types.PixelDataTypedArray;
  const image: Types.IImage = {
    imageId: picture.id,
    minPixelValue: header.smallest,
    maxPixelValue: header.largest,
    slope: header.slope,
    intercept: header.intercept,
    windowCenter: own.center,
    windowWidth: own.width,
    voiLUTFunction: Enums.VOILUTFunctionType.LINEAR,
    getPixelData: () => scalarData,
    getCanvas: () => document.createElement('canvas'),
    rows,
    columns,
    height: rows,
    width: columns,
    color: samples > 1,
    rgba: samples === 4,
    numberOfComponents: samples,
    columnPixelSpacing: picture.plane.spacing[1],
    rowPixelSpacing: picture.plane.spacing[0],
    invert: false,
    photometricInterpretation: header.photometric,
    // What it takes when it is there as a whole.
    sizeInBytes: columns * rows * samples * values.BYTES_PER_ELEMENT,
    dataType: scalarData.constructor.name as Types.PixelDataTypedArrayString,
    voxelManager: utilities.VoxelManager.createImageVoxelManager({
      scalarData,
      width: header.columns,
      height: header.rows,
      numberOfComponents: samples,
    }) as Types.IVoxelManager<number>,
    render: draw,
  };
  remember(image, { picture, frame, spread, small });
  return image;
}

/** What Cornerstone asks of a picture. */
function described(type: string, picture: Picture | undefined): unknown {
  if (!picture) return undefined;
  const { plane, columns, rows } = picture;
  switch (type) {
    case Enums.MetadataModules.IMAGE_PLANE:
      return {
        imageOrientationPatient: [...plane.right, ...plane.down],
        imagePositionPatient: [...plane.origin],
        rowCosines: [...plane.right],
        columnCosines: [...plane.down],
        rowPixelSpacing: plane.spacing[0],
        columnPixelSpacing: plane.spacing[1],
        rows,
        columns,
        frameOfReferenceUID: picture.frameOfReference ?? picture.id,
        usingDefaultValues: plane.calibration === 'none',
      };
    case Enums.MetadataModules.IMAGE_PIXEL:
      return {
        bitsAllocated: 16,
        bitsStored: 16,
        samplesPerPixel: 1,
        highBit: 15,
        photometricInterpretation: 'MONOCHROME2',
        pixelRepresentation: 0,
      };
    case Enums.MetadataModules.GENERAL_SERIES:
      return { modality: picture.modality };
    default:
      return undefined;
  }
}
