/** What a DICOM file says of itself decides which models may be asked at all, before a pixel is judged: a head CT is no chest film, whoever's age fits. */
import type { Refusal } from './gates.ts';
import { TASKS, type Task } from './manifest.ts';

export interface FileSays {
  /** Empty where the file does not say. */
  modality: string;
  bodyPart?: string | undefined;
  viewPosition?: string | undefined;
  descriptions: readonly string[];
  frames: number;
}

/** In words, for modalities (PS3.3 C.7.3.1.1.1) that some model or none reads; of others the picture itself decides. */
const MODALITIES: Readonly<Record<string, string>> = {
  BMD: 'a bone density scan',
  CR: 'an X-ray film',
  CT: 'a CT slice',
  DX: 'an X-ray film',
  DMS: 'a picture of the skin',
  ECG: 'an electrocardiogram',
  ES: 'an endoscopy picture',
  GM: 'a microscope picture',
  IO: 'a dental film',
  IVUS: 'an ultrasound picture',
  IVOCT: 'an optical coherence tomogram',
  MG: 'a mammogram',
  MR: 'an MR slice',
  NM: 'a nuclear medicine picture',
  OCT: 'an optical coherence tomogram',
  OP: 'a photograph of the eye',
  OPT: 'an optical coherence tomogram',
  PT: 'a PET slice',
  PX: 'a panoramic film of the jaws',
  RF: 'a fluoroscopy picture',
  RG: 'an X-ray film',
  RTDOSE: 'a radiation dose map',
  RTIMAGE: 'a radiotherapy picture',
  SEG: 'a segmentation',
  SM: 'a microscope picture',
  US: 'an ultrasound picture',
  XA: 'an angiography picture',
};

/** Which of those a model of a task may be asked about; secondary captures (OT, SC) and what says nothing are judged by the picture. */
const READ: Readonly<Record<Task, readonly string[]>> = {
  fundus: ['OP'],
  'chest-xray': ['CR', 'DX', 'RG'],
};

const NAMES: Readonly<Record<Task, string>> = {
  fundus: 'colour photographs of the retina',
  'chest-xray': 'frontal chest X-rays',
};

const CHEST = /CHEST|THORA|TORA[XCK]|T\u00d3RAX|LUNG|PULM|CHST/i;
/** Body Part Examined (PS3.16 annex L) and what consoles write there, as far as it is certainly not the chest. */
const ELSEWHERE =
  /ABDOM|ANKLE|\bARM|CALCAN|CLAVIC|COCCYX|SPINE|ELBOW|EXTREM|FACE|FACIAL|FEMUR|THIGH|FINGER|FOOT|FEET|FOREARM|HAND|HEAD|\bHIP|HUMERUS|\bJAW|KNEE|\bLEG|MANDIB|MAXIL|NECK|ORBIT|PELVI|PATELLA|\bRIB|SACR|SCAPUL|SHOULDER|SINUS|SKULL|STERN|TIBIA|\bTOE|THUMB|WRIST|ZYGOMA|BREAST|TEETH|TOOTH|DENTAL|KIDNEY|BLADDER|COLON/i;
/** View Position and descriptions of views that are not frontal. */
const NOT_FRONTAL = /^(LL|RL|LLD|RLD|ML|LM|LLO|RLO|RAO|LAO|RPO|LPO|LAT)$|LATERAL|DECUB|OBLIQ/i;
const SIDE_WORD = /\b(LAT|LATERAL|DECUB\w*|OBLIQUE)\b/i;
const FRONT_WORD = /\b(PA|AP|FRONTAL)\b/i;

/** Why a model of this task may not be asked about such a file, or null. */
export function checkHeader(task: Task, says: FileSays): Refusal | null {
  const { modality, bodyPart = '', viewPosition = '', descriptions, frames } = says;
  const known = MODALITIES[modality];
  if (known && !READ[task].includes(modality)) return otherModality([task], modality);
  if (frames > 1)
    return {
      code: 'several-frames',
      message: `This file is a series of ${frames} frames, and models read single pictures: what one says of the first would not hold for the others. A person must look through it.`,
    };
  if (task !== 'chest-xray') return null;
  if (!CHEST.test(bodyPart) && ELSEWHERE.test(bodyPart))
    return {
      code: 'not-chest-xray',
      message: `The file says that it shows another part of the body (${shown(bodyPart)}), and only frontal chest X-rays are read: check that the right picture was chosen. A person must read this one.`,
    };
  const side =
    NOT_FRONTAL.test(viewPosition.trim()) ||
    (!viewPosition && descriptions.some((text) => SIDE_WORD.test(text) && !FRONT_WORD.test(text)));
  if (side)
    return {
      code: 'not-chest-xray',
      message: `The file says that this is no frontal view${viewPosition ? ` (${shown(viewPosition)})` : ''}, and only frontal chest X-rays (PA or AP) are read: choose the frontal film of the study. A person must read this one.`,
    };
  return null;
}

/** @param tasks what the models that were asked read */
export function otherModality(tasks: readonly Task[], modality: string): Refusal {
  const names = tasks.map((task) => NAMES[task]);
  return {
    code: 'other-modality',
    message: `The file says that it is ${MODALITIES[modality] ?? 'of another kind'} (${modality}), and models here read only ${names.join(' and ')}. It gives no figure: a person must read this picture.`,
  };
}

/** Whether it is a film that the chest models may be asked about, so far as the file says. */
export function isChestFilm(says: FileSays): boolean {
  return READ['chest-xray'].includes(says.modality) && checkHeader('chest-xray', says) === null;
}

/** Whether some model may be asked about it without somebody saying so: a film or an eye. @param task only models of this task */
export function mayBeRead(says: FileSays, task?: Task): boolean {
  return TASKS.some((one) => (task ?? one) === one && READ[one].includes(says.modality) && checkHeader(one, says) === null);
}

const shown = (text: string) => text.trim().slice(0, 40);
