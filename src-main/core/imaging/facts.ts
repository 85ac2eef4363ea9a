/** What is kept beside an instance: enough to list, place and decode it without parsing the file again. */
import { z } from 'zod';
import { frameContent, geometry, instance, windowPreset } from '../../../src-shared/contract/imaging.ts';

const span = z.tuple([z.number(), z.number()]);

/** A table of the file: palette, modality or VOI. `first` is the value that takes the first entry; an entry has `bits`. */
export const table = z.object({
  first: z.number(),
  count: z.number(),
  bits: z.number(),
  at: span,
  /** In segments (PS3.3 C.7.9), which are expanded when it is used. */
  segmented: z.boolean().optional(),
  explanation: z.string().optional(),
});

/** How the frames are decoded. Places are in the file as it came, unless `whole`. */
export const pixelPlan = z.object({
  module: z.object({
    rows: z.number(),
    columns: z.number(),
    samples: z.union([z.literal(1), z.literal(3), z.literal(4)]),
    bitsAllocated: z.number(),
    bitsStored: z.number(),
    highBit: z.number(),
    signed: z.boolean(),
    float: z.boolean(),
    photometric: z.string(),
    planar: z.boolean(),
    frames: z.number(),
  }),
  codec: z.enum(['native', 'rle', 'jpeg', 'jpeg-ls', 'jpeg-2000', 'htj2k']),
  littleEndian: z.boolean(),
  words: z.boolean(),
  /** The file is deflated: places hold in the inflated data set only. */
  whole: z.boolean(),
  /** Frames that are there. */
  count: z.number(),
  /** Native: where the first frame begins, bits from one frame to the next, bytes of all. */
  native: z.object({ offset: z.number(), length: z.number(), bits: z.number() }).optional(),
  /** Encapsulated: for each frame its fragments. */
  fragments: z.array(z.array(span)).optional(),
  palette: z.tuple([table, table, table]).optional(),
  modalityTable: table.optional(),
  voiTables: z.array(table),
  padding: z.tuple([z.number(), z.number()]).optional(),
  overlays: z.number(),
});
export type PixelPlan = z.output<typeof pixelPlan>;
export type Table = z.output<typeof table>;

export const frameFacts = geometry.extend({
  ...frameContent.shape,
  windows: z.array(windowPreset),
  slope: z.number(),
  intercept: z.number(),
  timeMs: z.number().optional(),
  segment: z.number().optional(),
});
export type FrameFacts = z.output<typeof frameFacts>;

export const instanceFacts = instance.omit({ id: true, bytes: true });
export type InstanceFacts = z.output<typeof instanceFacts>;

/** Whom and what the file says it belongs to. */
export interface Belonging {
  patient: {
    name: string;
    family: string;
    given: string;
    id?: string | undefined;
    issuer?: string | undefined;
    otherIds: string[];
    birthDate?: string | undefined;
    sex?: string | undefined;
  };
  study: { uid: string; date?: string | undefined; description: string; accession?: string | undefined };
  series: {
    uid: string;
    number?: number | undefined;
    modality: string;
    description: string;
    bodyPart?: string | undefined;
    date?: string | undefined;
  };
}

/** Everything that is read of a file when it comes in. */
export interface Description {
  belonging: Belonging;
  facts: InstanceFacts;
  pixels: PixelPlan | null;
  /** Of multi-frame instances whose frames differ. */
  frames: FrameFacts[] | null;
  /** What was found wrong, as sentences, although it can be kept. */
  warnings: string[];
}
