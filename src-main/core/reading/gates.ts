/** Whether a picture may be graded at all; if not, what the person at the camera should do now. */

import type { Quality } from './quality.ts';
import type { FundusManifest } from './registry.ts';

export type RefusalCode = 'too-dark' | 'too-bright' | 'no-colour' | 'not-fundus' | 'blurred' | 'field-incomplete';

export interface Refusal {
  readonly code: RefusalCode;
  /** What is wrong and what to do about it. */
  readonly message: string;
}

const messages: Record<RefusalCode, string> = {
  'too-dark': 'Too dark to grade: raise the flash, let the pupil widen in a dark room, and take the picture again.',
  'too-bright': 'Too bright to grade: lower the flash, keep eyelids and lashes out of the light, and take the picture again.',
  'no-colour':
    'This picture has no colour: the reading needs a colour fundus photograph, not angiography, red-free, OCT or X-ray.',
  'not-fundus': 'This does not look like a colour fundus photograph: check that the right picture was chosen.',
  blurred: 'Too blurred to grade: focus on the vessels, clean the lens, ask the patient to blink, and take the picture again.',
  'field-incomplete':
    'Too little of the retina is visible: centre the pupil, come to working distance, and take the picture again.',
};

/** What the network says beside the grade, 0 to 1. */
export interface GateScores {
  readonly fundus: number;
  readonly sharp: number;
}

/**
 * The first gate that the picture does not pass, or null. Light comes first: what is black or burnt out cannot be told
 * from another kind of picture, and the advice is the same.
 */
export function checkGates(quality: Quality, scores: GateScores, gates: FundusManifest['gates']): Refusal | null {
  const code = firstFailure(quality, scores, gates);
  return code ? { code, message: messages[code] } : null;
}

function firstFailure(quality: Quality, scores: GateScores, gates: FundusManifest['gates']): RefusalCode | null {
  if (quality.exposure < gates.exposureMin) return 'too-dark';
  const grey = quality.colour < gates.colourMin || quality.hues < gates.huesMin;
  if (quality.overexposed > gates.overexposedMax) return grey ? 'not-fundus' : 'too-bright';
  if (grey) return 'no-colour';
  if (scores.fundus < gates.fundusMin || quality.warmth < gates.warmthMin) return 'not-fundus';
  if (quality.sharpness < gates.sharpnessMin || scores.sharp < gates.sharpMin) return 'blurred';
  if (quality.field < gates.fieldMin) return 'field-incomplete';
  return null;
}
