/**
 * The files of dicom_forms.py: stored values and shown colours against what must come out.
 *
 *     node tests/interop/dicom-forms.ts FOLDER
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeDicom } from '../../src-main/core/imaging/describe.ts';
import { openDicom } from '../../src-main/core/imaging/parse/part10.ts';
import { byWords, framesOf } from '../../src-main/core/imaging/pixels/file-frames.ts';
import { frameSpans } from '../../src-main/core/imaging/pixels/frames.ts';
import { showFrame } from '../../src-main/core/imaging/pixels/shown.ts';

interface Form {
  stored?: string;
  shown?: string;
  agreed?: boolean | null;
}

/** Rounding of a colour conversion. */
const LARGEST = 2;

export function compareForms(folder: string): { compared: number; shown: number; wrong: string[] } {
  const forms = JSON.parse(readFileSync(join(folder, 'forms.json'), 'utf8')) as Record<string, Form>; // written by dicom_forms.py
  const wrong: string[] = [];
  let shown = 0;
  for (const [name, form] of Object.entries(forms)) {
    try {
      const bytes = readFileSync(join(folder, `${name}.dcm`));
      const frames = framesOf(openDicom(bytes));
      const digest = createHash('sha256');
      for (let number = 1; number <= frames.layout.count; number++) digest.update(frames.decode(number).bytes);
      if (frames.layout.count !== frames.module.frames)
        wrong.push(`${name}: ${frames.layout.count} of ${frames.module.frames} frames`);
      else if (form.stored && digest.digest('hex') !== form.stored) wrong.push(`${name}: other values`);
      // By the way of the viewer: from the description and the frame's own part of the file.
      const { pixels: plan } = describeDicom(bytes);
      if (!plan) throw new Error('no plan');
      const at = ([offset, length]: readonly [number, number]) => bytes.subarray(offset, offset + length);
      const { spans, bit } = frameSpans(plan, 1, byWords(plan.module, plan));
      const part = plan.whole ? bytes : Buffer.concat(spans.map(({ offset, length }) => bytes.subarray(offset, offset + length)));
      const tables = plan.palette ? { palette: plan.palette.map((table) => at(table.at)) } : {};
      const ours = showFrame({ plan, number: 1, as: 'display', bytes: part, bit, ...tables }).bytes;
      if (!form.shown) continue;
      shown++;
      const theirs = readFileSync(join(folder, form.shown));
      let largest = ours.length === theirs.length ? 0 : 999;
      for (let index = 0; index < theirs.length; index++)
        largest = Math.max(largest, Math.abs((ours[index] ?? 0) - (theirs[index] ?? 0)));
      if (largest > LARGEST) wrong.push(`${name}: colours differ by ${largest}`);
    } catch (thrown) {
      wrong.push(`${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  }
  return { compared: Object.keys(forms).length, shown, wrong };
}

if (process.argv[1]?.endsWith('dicom-forms.ts')) console.log(compareForms(process.argv[2] ?? '.'));
