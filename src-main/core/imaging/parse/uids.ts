/** Transfer syntaxes and SOP classes (PS3.6 annex A). */
import type { instanceKinds } from '../../../../src-shared/contract/imaging.ts';
import type { Encoding } from './reader.ts';

export type Codec = 'native' | 'rle' | 'jpeg' | 'jpeg-ls' | 'jpeg-2000' | 'htj2k';

export interface TransferSyntax extends Encoding {
  name: string;
  codec: Codec;
  deflated?: boolean;
  /** Whether it can throw information away; the others never do. */
  lossy?: boolean;
}

export const syntaxes = {
  implicitLittle: '1.2.840.10008.1.2',
  explicitLittle: '1.2.840.10008.1.2.1',
  explicitBig: '1.2.840.10008.1.2.2',
  deflated: '1.2.840.10008.1.2.1.99',
} as const;

const explicitLittle = { explicit: true, littleEndian: true } as const;
const packed = (name: string, codec: Codec, lossy = false): TransferSyntax => ({ ...explicitLittle, name, codec, lossy });

const known: Readonly<Record<string, TransferSyntax>> = {
  [syntaxes.implicitLittle]: { explicit: false, littleEndian: true, name: 'Implicit VR Little Endian', codec: 'native' },
  [syntaxes.explicitLittle]: { ...explicitLittle, name: 'Explicit VR Little Endian', codec: 'native' },
  [syntaxes.explicitBig]: { explicit: true, littleEndian: false, name: 'Explicit VR Big Endian', codec: 'native' },
  [syntaxes.deflated]: { ...explicitLittle, name: 'Deflated Explicit VR Little Endian', codec: 'native', deflated: true },
  '1.2.840.10008.1.2.1.98': packed('Encapsulated Uncompressed Explicit VR Little Endian', 'native'),
  // Papyrus 3 and GE: implicit little endian; GE's pixels are big endian, which decode.ts knows.
  '1.2.840.10008.1.20': { explicit: false, littleEndian: true, name: 'Papyrus 3 Implicit VR Little Endian', codec: 'native' },
  '1.2.840.113619.5.2': { explicit: false, littleEndian: true, name: 'GE Private Implicit VR Big Endian', codec: 'native' },
  '1.2.840.10008.1.2.5': packed('RLE Lossless', 'rle'),
  '1.2.840.10008.1.2.4.50': packed('JPEG Baseline (Process 1)', 'jpeg', true),
  '1.2.840.10008.1.2.4.51': packed('JPEG Extended (Process 2 and 4)', 'jpeg', true),
  '1.2.840.10008.1.2.4.52': packed('JPEG Extended (Process 3 and 5)', 'jpeg', true),
  '1.2.840.10008.1.2.4.53': packed('JPEG Spectral Selection (Process 6 and 8)', 'jpeg', true),
  '1.2.840.10008.1.2.4.54': packed('JPEG Spectral Selection (Process 7 and 9)', 'jpeg', true),
  '1.2.840.10008.1.2.4.55': packed('JPEG Full Progression (Process 10 and 12)', 'jpeg', true),
  '1.2.840.10008.1.2.4.56': packed('JPEG Full Progression (Process 11 and 13)', 'jpeg', true),
  '1.2.840.10008.1.2.4.57': packed('JPEG Lossless (Process 14)', 'jpeg'),
  '1.2.840.10008.1.2.4.58': packed('JPEG Lossless (Process 15)', 'jpeg'),
  '1.2.840.10008.1.2.4.70': packed('JPEG Lossless (Process 14, Selection Value 1)', 'jpeg'),
  '1.2.840.10008.1.2.4.80': packed('JPEG-LS Lossless', 'jpeg-ls'),
  '1.2.840.10008.1.2.4.81': packed('JPEG-LS Near-Lossless', 'jpeg-ls', true),
  '1.2.840.10008.1.2.4.90': packed('JPEG 2000 Lossless Only', 'jpeg-2000'),
  '1.2.840.10008.1.2.4.91': packed('JPEG 2000', 'jpeg-2000', true),
  '1.2.840.10008.1.2.4.92': packed('JPEG 2000 Part 2 Multi-component Lossless Only', 'jpeg-2000'),
  '1.2.840.10008.1.2.4.93': packed('JPEG 2000 Part 2 Multi-component', 'jpeg-2000', true),
  '1.2.840.10008.1.2.4.201': packed('High-Throughput JPEG 2000 Lossless Only', 'htj2k'),
  '1.2.840.10008.1.2.4.202': packed('High-Throughput JPEG 2000 with RPCL Options Lossless Only', 'htj2k'),
  '1.2.840.10008.1.2.4.203': packed('High-Throughput JPEG 2000', 'htj2k', true),
};

export const transferSyntaxOf = (uid: string): TransferSyntax | undefined => known[uid];

export type InstanceKind = (typeof instanceKinds)[number];

const ROOT = '1.2.840.10008.5.1.4.1.1.';
/** The rest of the UID behind the root of storage classes, and what such an object is. */
const others: readonly [RegExp, InstanceKind, string][] = [
  [/^88\.59$/, 'key-objects', 'Key Object Selection'],
  [/^88\.11$/, 'report', 'Basic Text SR'],
  [/^88\.22$/, 'report', 'Enhanced SR'],
  [/^88\.33$/, 'report', 'Comprehensive SR'],
  [/^88\.34$/, 'report', 'Comprehensive 3D SR'],
  [/^88\./, 'report', 'Structured report'],
  [/^104\.1$/, 'document', 'Encapsulated PDF'],
  [/^104\.2$/, 'document', 'Encapsulated CDA'],
  [/^104\./, 'other', 'Encapsulated model'],
  [/^9\.1\.1$/, 'waveform', '12-lead ECG'],
  [/^9\.1\.2$/, 'waveform', 'General ECG'],
  [/^9\./, 'waveform', 'Waveform'],
  [/^11\./, 'presentation', 'Presentation state'],
  [/^66\.4$/, 'segmentation', 'Segmentation'],
  [/^66\.7$/, 'segmentation', 'Label map'],
  [/^66(\.|$)/, 'other', 'Raw data, registration or surface'],
  [/^67$/, 'other', 'Real world value mapping'],
  [/^481\.(2|23)$/, 'rt', 'RT dose'],
  [/^481\.3$/, 'rt', 'RT structure set'],
  [/^481\.5$/, 'rt', 'RT plan'],
  [/^481\./, 'rt', 'Radiotherapy object'],
  [/^4\.2$/, 'other', 'MR spectroscopy'],
  [/^91\.1$/, 'other', 'Microscopy annotations'],
  [/^(40|200\.|201\.|79\.|80\.|78\.|131$|68\.)/, 'other', 'Measurements or protocol'],
];
const images: Readonly<Record<string, string>> = {
  '1': 'Computed radiography',
  '1.1': 'Digital X-ray',
  '1.1.1': 'Digital X-ray',
  '1.2': 'Digital mammography',
  '1.2.1': 'Digital mammography',
  '1.3': 'Intra-oral X-ray',
  '2': 'CT',
  '2.1': 'Enhanced CT',
  '2.2': 'Enhanced CT (converted)',
  '3.1': 'Ultrasound loop',
  '4': 'MR',
  '4.1': 'Enhanced MR',
  '4.3': 'Enhanced MR colour',
  '4.4': 'Enhanced MR (converted)',
  '6.1': 'Ultrasound',
  '6.2': 'Enhanced ultrasound volume',
  '7': 'Secondary capture',
  '7.1': 'Secondary capture, 1 bit',
  '7.2': 'Secondary capture, 8 bit',
  '7.3': 'Secondary capture, 16 bit',
  '7.4': 'Secondary capture, colour',
  '12.1': 'X-ray angiography',
  '12.1.1': 'Enhanced X-ray angiography',
  '12.2': 'Fluoroscopy',
  '12.2.1': 'Enhanced fluoroscopy',
  '13.1.3': 'Breast tomosynthesis',
  '14.1': 'Intravascular OCT',
  '20': 'Nuclear medicine',
  '30': 'Parametric map',
  '77.1.1': 'Endoscopy',
  '77.1.2': 'Microscopy',
  '77.1.3': 'Slide microscopy',
  '77.1.4': 'Photograph',
  '77.1.5.1': 'Ophthalmic photograph, 8 bit',
  '77.1.5.2': 'Ophthalmic photograph, 16 bit',
  '77.1.5.4': 'Ophthalmic tomography',
  '77.1.6': 'Whole slide',
  '77.1.7': 'Dermoscopy',
  '128': 'PET',
  '130': 'Enhanced PET',
  '128.1': 'Enhanced PET (converted)',
  '481.1': 'RT image',
};

/** What an object is by its SOP class; `hasPixels` decides where the class says nothing. */
export function kindOf(sopClass: string, hasPixels: boolean): { kind: InstanceKind; name: string } {
  const rest = sopClass.startsWith(ROOT) ? sopClass.slice(ROOT.length) : '';
  const image = images[rest];
  if (image) return { kind: 'image', name: image };
  for (const [pattern, kind, name] of others) if (rest !== '' && pattern.test(rest)) return { kind, name };
  return {
    kind: hasPixels ? 'image' : 'other',
    name: sopClass === '' ? 'Unknown object' : rest === '' ? 'Private or unknown object' : 'Image',
  };
}

export const MEDIA_DIRECTORY = '1.2.840.10008.1.3.10';

/** Whether the class promises a picture. */
export function promisesPicture(sopClass: string): boolean {
  return (
    sopClass.startsWith(ROOT) &&
    (images[sopClass.slice(ROOT.length)] !== undefined || kindOf(sopClass, false).kind === 'segmentation')
  );
}

/** Whether the standard knows the class as one without a picture. */
export function isKnownClass(sopClass: string): boolean {
  return sopClass === MEDIA_DIRECTORY || (sopClass.startsWith(ROOT) && kindOf(sopClass, false).name !== 'Image');
}
