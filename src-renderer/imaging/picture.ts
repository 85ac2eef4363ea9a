/** What is known of a picture before its pixels are there, and what with them. */
import type { ImagingInstance } from '../../src-shared/contract/imaging.ts';
import type { Frame, FrameAddress } from './frames.ts';
import type { Plane } from './plane.ts';
import type { Axis } from './volume.ts';
import type { Spread } from './windows.ts';

/** What tells frames at one place apart. */
export interface FrameContent {
  time?: number;
  echoMs?: number;
  bValue?: number;
  /** Number of the segment that the frame of a segmentation shows. */
  segment?: number;
}

export interface Picture {
  /** `lamplight:` and what tells it from all others. */
  id: string;
  /** Of a photograph known when it is decoded. */
  columns: number;
  rows: number;
  plane: Plane;
  modality: string;
  frameOfReference?: string;
  patientOrientation?: string;
  lossy: boolean;
  /** Gantry tilt in degrees. */
  tilt?: number;
  /** The file and frame that it is; cuts through a volume are none. */
  from?: { instance: ImagingInstance; address: FrameAddress };
  /** Of a file that holds several stacks, echoes, times: which, from 0, and of how many. */
  set?: { number: number; of: number } & FrameContent;
  /** A cut through a series: its direction, a file of the series that stands for all in the record, and the ids of all. */
  cut?: { axis: Axis; instance: ImagingInstance; of: ReadonlySet<string> };
  /** The photograph of the chart that it is. */
  photograph?: string;
  load(): Promise<Frame>;
  /** Of a large picture: it made small, to look at until the whole is there. */
  loadSmall?(): Promise<Frame>;
}

/** A picture with its pixels. */
export interface LoadedPicture {
  picture: Picture;
  frame: Frame;
  spread: Spread;
  /** The frame is smaller than the picture: nothing is measured in it. */
  small: boolean;
}
