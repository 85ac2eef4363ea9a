import type { Grey } from '../page.ts';
import { flatten } from './flatten.ts';
import { quarterTurns, turnBy } from './raster.ts';
import { sheetOf } from './sheet.ts';
import { lieOf } from './skew.ts';

const LEAST_SKEW = 0.04; // degrees: less moves the end of a line by under two pixels

export interface Straight {
  image: Grey;
  /** Degrees by which the picture was turned clockwise. Whether it stands on its head is not known yet. */
  rotation: number;
}

/** Cuts a photographed sheet out of its surroundings, evens the light, and turns the lines of text level. */
export function straighten(picture: Grey): Straight {
  let image = flatten(sheetOf(picture));
  let { sideways, skew } = lieOf(image);
  if (sideways) image = quarterTurns(image, 1);
  if (Math.abs(skew) < LEAST_SKEW) skew = 0;
  if (skew !== 0) image = turnBy(image, -skew);
  return { image, rotation: (sideways ? 90 : 0) - skew };
}
