/** One frame from what was kept beside the instance and the bytes that belong to it. Runs in a worker. */
import type { PixelPlan, Table } from '../facts.ts';
import { openDicom } from '../parse/part10.ts';
import type { EncodedFrame } from './arrange.ts';
import { decodeFrame, type StoredFrame } from './decode.ts';
import { asStored, type DisplayTables, forDisplay, type ShownFrame } from './display.ts';
import { framesOf } from './file-frames.ts';
import { tableEntries } from './tables.ts';

export interface FrameAsk {
  plan: PixelPlan;
  number: number;
  as: 'display' | 'stored';
  /** The frame's fragments joined; or, where the plan says so, the whole file. */
  bytes: Uint8Array;
  bit: number;
  /** Bytes of the palette's three tables and of the modality table, as far as the plan has them (not with `whole`). */
  palette?: Uint8Array[];
  modality?: Uint8Array;
}

/** @throws AppError `dicom-pixels-damaged`, `dicom-unsupported` */
export function showFrame(ask: FrameAsk): ShownFrame {
  const { plan } = ask;
  let stored: StoredFrame;
  let inner = ask;
  if (plan.whole) {
    const file = openDicom(ask.bytes);
    stored = framesOf(file).decode(ask.number);
    const at = ([offset, length]: readonly [number, number]) => file.dataSet.bytes.subarray(offset, offset + length);
    inner = {
      ...ask,
      palette: plan.palette?.map((table) => at(table.at)),
      modality: plan.modalityTable && at(plan.modalityTable.at),
    };
  } else {
    const encoded: EncodedFrame = {
      module: plan.module,
      codec: plan.codec,
      littleEndian: plan.littleEndian,
      words: plan.words,
      bytes: ask.bytes,
      bit: ask.bit,
    };
    stored = decodeFrame(encoded);
  }
  return ask.as === 'stored' ? asStored(stored, plan.module) : forDisplay(stored, plan.module, tablesFrom(inner));
}

function tablesFrom({ plan, palette, modality }: FrameAsk): DisplayTables {
  const entries = (table: Table, bytes: Uint8Array) => ({
    first: table.first,
    bits: table.bits,
    entries: tableEntries(table, bytes, plan.littleEndian),
  });
  const [red, green, blue] = plan.palette ?? [];
  const [r, g, b] = palette ?? [];
  return {
    palette: red && green && blue && r && g && b ? [entries(red, r), entries(green, g), entries(blue, b)] : undefined,
    modality: plan.modalityTable && modality ? entries(plan.modalityTable, modality) : undefined,
    padding: plan.padding,
  };
}
