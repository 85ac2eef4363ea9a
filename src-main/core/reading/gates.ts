/** Whether a picture may be read at all; if not, what the person at the camera or the console should do now. */
import type { FilmQuality } from './film-quality.ts';
import type { ChestManifest, FundusManifest, Manifest } from './manifest.ts';
import type { Quality } from './quality.ts';

export type RefusalCode =
  | 'too-dark'
  | 'too-bright'
  | 'no-colour'
  | 'not-fundus'
  | 'blurred'
  | 'too-small'
  | 'field-incomplete'
  | 'not-chest-xray'
  | 'low-contrast'
  | 'other-age'
  | 'other-population'
  | 'other-modality'
  | 'several-frames'
  | 'unknown-kind';

export interface Refusal {
  readonly code: RefusalCode;
  /** What is wrong and what to do about it. */
  readonly message: string;
}

const eyeMessages = {
  'too-dark': 'Too dark to grade: raise the flash, let the pupil widen in a dark room, and take the picture again.',
  'too-bright': 'Too bright to grade: lower the flash, keep eyelids and lashes out of the light, and take the picture again.',
  'no-colour':
    'This picture has no colour: the reading needs a colour fundus photograph, not angiography, red-free, OCT or X-ray.',
  'not-fundus': 'This does not look like a colour fundus photograph: check that the right picture was chosen.',
  blurred: 'Too blurred to grade: focus on the vessels, clean the lens, ask the patient to blink, and take the picture again.',
  'field-incomplete':
    'Too little of the retina is visible: centre the pupil, come to working distance, and take the picture again.',
} as const;

const filmMessages = {
  'too-dark': 'The film is almost black: export it again with the window of its lungs, or take it again with more exposure.',
  'too-bright': 'The film is almost white: export it again with the window of its lungs, or take it again with less exposure.',
  'low-contrast': 'The film has hardly any contrast: export it again from the console, without a report or a frame over it.',
  blurred: 'The film is too blurred to read: export it at its full size, or take it again with the child held still.',
  'not-chest-xray':
    'This does not look like a frontal chest X-ray: check that the right picture was chosen. Lateral films are not read.',
} as const;

/** What the network says beside the grade, 0 to 1. */
export interface GateScores {
  readonly fundus: number;
  readonly sharp: number;
}

/**
 * The first gate that a fundus photograph does not pass, or null. Light comes first: what is black or burnt out cannot be told
 * from another kind of picture, and the advice is the same.
 * @param scores left out: only what can be measured without the network
 */
export function checkGates(quality: Quality, scores: GateScores | null, gates: FundusManifest['gates']): Refusal | null {
  const code = firstFailure(quality, scores, gates);
  return code ? { code, message: eyeMessages[code] } : null;
}

function firstFailure(
  quality: Quality,
  scores: GateScores | null,
  gates: FundusManifest['gates'],
): keyof typeof eyeMessages | null {
  if (quality.exposure < gates.exposureMin) return 'too-dark';
  const grey = quality.colour < gates.colourMin || quality.hues < gates.huesMin;
  if (quality.overexposed > gates.overexposedMax) return grey ? 'not-fundus' : 'too-bright';
  if (grey) return 'no-colour';
  if (scores === null) return null;
  if (scores.fundus < gates.fundusMin || quality.warmth < gates.warmthMin) return 'not-fundus';
  if (quality.sharpness < gates.sharpnessMin || scores.sharp < gates.sharpMin) return 'blurred';
  if (quality.field < gates.fieldMin) return 'field-incomplete';
  return null;
}

/** Greys between the first and the last hundredth of the pixels from which a picture's kind can be told; children's films have 100 and more. */
const TELLING_RANGE = 100;

/** What the network says of a film beside the figure, 0 to 1. */
export interface FilmScores {
  readonly kind: number;
  readonly child: number | null;
}

/**
 * The first gate that a film does not pass, or null: whether there is anything to see, kind, exposure, whose film it is, sharpness.
 * @param scores left out: only what can be measured without the network
 * @param ageYears from the chart or the film's own header, where one is known
 */
export function checkFilmGates(
  quality: FilmQuality,
  scores: FilmScores | null,
  manifest: ChestManifest,
  ageYears: number | undefined,
): Refusal | null {
  const gates: Readonly<Record<string, unknown>> = manifest.gates;
  const outside = (name: string, value: number) => {
    const [least, most] = [gates[`${name}Min`], gates[`${name}Max`]];
    return typeof least === 'number' && value < least ? 'low' : typeof most === 'number' && value > most ? 'high' : null;
  };
  const refuse = (code: keyof typeof filmMessages): Refusal => ({ code, message: filmMessages[code] });
  if (outside('colour', quality.colour)) return refuse('not-chest-xray');
  const light = outside('exposure', quality.exposure);
  const tooMuch = light && refuse(light === 'low' ? 'too-dark' : 'too-bright');
  // What has hardly any greys cannot be told from another kind of picture; a printed page has, and is told so below.
  if (tooMuch && quality.range < TELLING_RANGE) return tooMuch;
  if (outside('contrast', quality.contrast) === 'low' || outside('range', quality.range) === 'low') return refuse('low-contrast');
  if (scores === null) return null;
  if (scores.kind < manifest.gates.kindMin) return refuse('not-chest-xray');
  if (tooMuch) return tooMuch;
  const whose = checkAge(manifest, ageYears);
  if (whose) return whose;
  if (scores.child !== null && outside('child', scores.child)) return otherPopulation(manifest);
  if (outside('sharpness', quality.sharpness) === 'low' || outside('black', quality.black) || outside('white', quality.white))
    return refuse('blurred');
  return null;
}

/** A picture has at least this share of the points a side that a model looks at; what is smaller is a preview, enlarged. */
const LEAST_SHARE = 0.5;

/** Previews and thumbnails: a network answers on them, too, and as surely. @param side points of what is read, on its shorter side */
export function checkSize({ task, input }: Manifest, side: number): Refusal | null {
  const least = Math.ceil(LEAST_SHARE * input.size);
  if (side >= least) return null;
  const [what, source] = task === 'fundus' ? ['The eye', 'the camera'] : ['The film', 'the console or the archive'];
  return {
    code: 'too-small',
    message: `${what} is only ${side} points wide here, and at least ${least} are needed: this is a preview. Send the picture at its full size from ${source}.`,
  };
}

/** A model never shows its figure for somebody whom it was not made for. */
function checkAge({ population, title }: Manifest, ageYears: number | undefined): Refusal | null {
  const limits = population?.ageYears;
  if (!limits || ageYears === undefined) return null;
  if (ageYears >= limits.min && ageYears <= limits.max) return null;
  const age = ageYears < 1 ? 'less than one year' : `${ageYears} ${ageYears === 1 ? 'year' : 'years'}`;
  return {
    code: 'other-age',
    message: `This patient's age at the time of the picture is ${age}; the model (${title}) reads only ${population?.says ?? 'others'}. It gives no figure here: a person must read this picture.`,
  };
}

/** Refusals that say "another kind of picture", not "take it again". */
export function isAboutKind({ code }: Refusal): boolean {
  return (['no-colour', 'not-fundus', 'not-chest-xray', 'other-modality', 'several-frames', 'unknown-kind'] as const).some(
    (one) => one === code,
  );
}

/** No model on this machine takes it for its own. */
export function noKindOf(tasks: readonly string[]): Refusal {
  const names = tasks.map((task) =>
    task === 'fundus' ? 'a colour fundus photograph' : task === 'chest-xray' ? 'a frontal chest X-ray' : task,
  );
  const list = names.length > 1 ? `neither ${names.join(' nor ')}` : `not ${names[0] ?? 'anything that is read here'}`;
  return {
    code: 'unknown-kind',
    message: `This picture is ${list}, which is all that is read here: check that the right picture was chosen.`,
  };
}

/** Black or white to every model, so that none can tell its kind. */
export function noLight(dark: boolean): Refusal {
  const [code, word] = dark ? (['too-dark', 'dark'] as const) : (['too-bright', 'bright'] as const);
  return {
    code,
    message: `This picture is too ${word} to tell what it shows: check that the right one was chosen, or take it again.`,
  };
}

function otherPopulation({ population }: Manifest): Refusal {
  return {
    code: 'other-population',
    message: `This film does not look like one of those that the model reads (${population?.says ?? 'another population'}): check that it belongs to this patient. It gives no figure here: a person must read this film.`,
  };
}
