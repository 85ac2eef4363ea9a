/** Decoded frames for the viewer: made in threads from the encrypted file's own part, kept while memory allows. */
import type { FrameHeader } from '../../../src-shared/contract/imaging.ts';
import type { Output } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context } from '../context.ts';
import type { PixelPlan, Table } from './facts.ts';
import { limits } from './limits.ts';
import { byWords } from './pixels/file-frames.ts';
import { frameSpans } from './pixels/frames.ts';
import type { FrameAsk } from './pixels/shown.ts';
import { tableEntries } from './pixels/tables.ts';
import type { DicomPool } from './pool.ts';
import { type FullInstance, instanceById } from './store/instances.ts';

export interface DecodedFrame {
  header: FrameHeader;
  bytes: Uint8Array;
}

export interface FrameStore {
  /** @throws AppError `not-found`, `dicom-no-picture`, `dicom-pixels-damaged`, `dicom-unsupported` */
  frame(context: Context, patient: string, instance: string, number: number, as: 'display' | 'stored'): Promise<DecodedFrame>;
  thumbnail(
    context: Context,
    patient: string,
    instance: string,
    number: number | undefined,
    /** Longer side, in pixels; without it that of a thumbnail. */
    side?: number,
  ): Promise<Output<'imaging.thumbnail'>>;
  /** Decodes ahead what is not there yet; failures are left for the one who asks. */
  prefetch(context: Context, patient: string, wanted: readonly { instance: string; frame: number }[]): void;
  /** What an erased or locked vault must not leave in memory. */
  clear(): void;
}

/** Instances whose rows are held parsed: a stack is scrolled through one after the other. */
const INSTANCES_HELD_MAX = 64;
/** Asked for ahead at once. */
const AHEAD_MAX = 64;

export function openFrameStore(pool: DicomPool): FrameStore {
  const cache = new Map<string, DecodedFrame>();
  const underWay = new Map<string, Promise<DecodedFrame>>();
  const instances = new Map<string, FullInstance>();
  let held = 0;

  function keep(key: string, frame: DecodedFrame): void {
    if (frame.bytes.byteLength > limits.cacheBytes / 4) return;
    cache.set(key, frame);
    held += frame.bytes.byteLength;
    for (const [oldest, { bytes }] of cache) {
      if (held <= limits.cacheBytes) break;
      cache.delete(oldest);
      held -= bytes.byteLength;
    }
  }

  function get(
    context: Context,
    patient: string,
    id: string,
    number: number,
    as: 'display' | 'stored',
    priority: 0 | 1,
  ): Promise<DecodedFrame> {
    // Whether this person may see it is asked every time; only the parsed rows are kept.
    const instance = instanceById(context, patient, id, instances);
    if (instances.size > INSTANCES_HELD_MAX) instances.delete(instances.keys().next().value ?? '');
    const key = `${instance.file} ${number} ${as}`;
    const cached = cache.get(key);
    if (cached) {
      cache.delete(key);
      cache.set(key, cached);
      return Promise.resolve(cached);
    }
    const running = underWay.get(key);
    if (running) return running;
    const made = decode(context, pool, instance, number, as, priority).then(
      (frame) => {
        underWay.delete(key);
        keep(key, frame);
        return frame;
      },
      (thrown: unknown) => {
        underWay.delete(key);
        throw thrown;
      },
    );
    underWay.set(key, made);
    return made;
  }

  return {
    frame: (context, patient, instance, number, as) => get(context, patient, instance, number, as, 0),
    async thumbnail(context, patient, id, number, side) {
      const instance = instanceById(context, patient, id, instances);
      const asked = number ?? Math.ceil((instance.pixels?.count ?? 1) / 2);
      const { ask, plan, voi } = await askFor(context, instance, asked, 'display');
      const { facts } = instance;
      const own = instance.frames?.[asked - 1];
      const [window] = own && own.windows.length > 0 ? own.windows : facts.windows;
      const table = plan.modalityTable !== undefined;
      const [first] = voi;
      const small = await pool.ask(
        'thumbnail',
        {
          ...ask,
          window,
          table: first && { ...first[0], entries: tableEntries(...first, plan.littleEndian) },
          side,
          slope: table ? 1 : (own?.slope ?? facts.slope),
          intercept: table ? 0 : (own?.intercept ?? facts.intercept),
        },
        { priority: 1 },
      );
      return { ...small, mediaType: 'image/jpeg' };
    },
    prefetch(context, patient, wanted) {
      for (const { instance, frame } of wanted) {
        if (underWay.size >= AHEAD_MAX) return;
        try {
          get(context, patient, instance, frame, 'display', 1).catch(() => undefined);
        } catch {
          // Not there, or not for this person: whoever asks for it hears why.
        }
      }
    },
    clear() {
      cache.clear();
      instances.clear();
      held = 0;
    },
  };
}

/** What a thread needs for a frame: its part of the file, decrypted, and the tables that it goes through. */
export async function askFor(
  context: Context,
  instance: FullInstance,
  number: number,
  as: 'display' | 'stored',
): Promise<{ ask: FrameAsk; plan: PixelPlan; voi: (readonly [Table, Uint8Array])[] }> {
  const { pixels: plan, facts } = instance;
  if (!plan) throw new AppError('dicom-no-picture', { what: facts.problem ?? 'it holds no pixel data' });
  if (number > plan.count) throw new AppError('not-found', { what: 'frame' });
  const { files } = context.vault;
  const part = ([offset, length]: readonly [number, number]) => files.read(instance.file, offset, length);
  const ask: FrameAsk = { plan: { ...plan, fragments: undefined }, number, as, bytes: new Uint8Array(), bit: 0 };
  if (plan.whole) return { ask: { ...ask, bytes: await files.read(instance.file) }, plan, voi: [] };
  const { spans, bit } = frameSpans(plan, number, byWords(plan.module, plan));
  ask.bit = bit;
  ask.bytes = await joined(
    spans.map(({ offset, length }) => [offset, length] as const),
    part,
  );
  if (plan.palette && as === 'display') ask.palette = await Promise.all(plan.palette.map((table) => part(table.at)));
  if (plan.modalityTable && as === 'display') ask.modality = await part(plan.modalityTable.at);
  return { ask, plan, voi: await Promise.all(plan.voiTables.map(async (table) => [table, await part(table.at)] as const)) };
}

async function decode(
  context: Context,
  pool: DicomPool,
  instance: FullInstance,
  number: number,
  as: 'display' | 'stored',
  priority: 0 | 1,
): Promise<DecodedFrame> {
  const { facts } = instance;
  const { ask, plan, voi } = await askFor(context, instance, number, as);
  const shown = await pool.ask('frame', ask, { priority, seconds: limits.frameSeconds });
  const own = instance.frames?.[number - 1];
  const { module } = plan;
  const rescaled =
    plan.modalityTable && as === 'display'
      ? { slope: 1, intercept: 0 }
      : { slope: own?.slope ?? facts.slope, intercept: own?.intercept ?? facts.intercept };
  const header: FrameHeader = {
    rows: module.rows,
    columns: module.columns,
    samples: shown.samples,
    type: shown.type,
    bitsStored: module.bitsStored,
    photometric: shown.photometric,
    ...rescaled,
    unit: facts.unit,
    windows: own && own.windows.length > 0 ? own.windows : facts.windows,
    voiFunction: facts.voiFunction,
    voiTables: voi.map(([table, bytes]) => {
      const entries = tableEntries(table, bytes, plan.littleEndian);
      return { first: table.first, bits: table.bits, entries: new Uint8Array(entries.buffer), explanation: table.explanation };
    }),
    smallest: shown.smallest,
    largest: shown.largest,
    padding: plan.padding,
    lossy: facts.lossy,
    overlays: plan.overlays,
  };
  return { header, bytes: shown.bytes };
}

async function joined(
  spans: readonly (readonly [number, number])[],
  part: (span: readonly [number, number]) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  const [only] = spans;
  if (only && spans.length === 1) return part(only);
  const [first] = spans;
  const last = spans.at(-1);
  if (!first || !last) throw new AppError('dicom-pixels-damaged', { what: 'a frame has no bytes' });
  // Fragments follow each other with an item header between: one read, then cut.
  const whole = await part([first[0], last[0] + last[1] - first[0]]);
  const bytes = new Uint8Array(spans.reduce((sum, [, length]) => sum + length, 0));
  let at = 0;
  for (const [offset, length] of spans) {
    bytes.set(whole.subarray(offset - first[0], offset - first[0] + length), at);
    at += length;
  }
  return bytes;
}
