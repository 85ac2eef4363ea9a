/** Which picture and pixels are behind an image of Cornerstone. */
import type { LoadedPicture } from './picture.ts';

const loaded = new WeakMap<object, LoadedPicture>();

export function remember(image: object, picture: LoadedPicture): void {
  loaded.set(image, picture);
}

export function loadedOf(image: object | undefined): LoadedPicture | undefined {
  return image && loaded.get(image);
}

export type { LoadedPicture } from './picture.ts';
