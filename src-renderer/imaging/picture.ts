/** What is known of a picture before its pixels are there, and what with them. */
import type { ImagingInstance } from '../../src-shared/contract/imaging.ts';
import type { Frame, FrameAddress } from './frames.ts';
import type { Plane } from './plane.ts';
import type { Spread } from './windows.ts';

export interface Picture {
  /** `lamplight:` and what tells it from all others. */
  id: string;
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
  load(): Promise<Frame>;
}

/** A picture with its pixels. */
export interface LoadedPicture {
  picture: Picture;
  frame: Frame;
  spread: Spread;
}
