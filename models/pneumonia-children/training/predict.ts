/**
 * What the application answers for every film of a part, for evaluate.py: figure and gates apart, so that refused films can be scored too.
 * node predict.ts --data SHARED_DATA --models FOLDER --split validation|test --out FILE. With `test` come the films of adults and what is no chest film.
 */
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkFilmGates } from '../../../src-main/core/reading/gates.ts';
import { prepareFilm, toTensor } from '../../../src-main/core/reading/preparation.ts';
import { warmModel } from '../../../src-main/core/reading/session.ts';
import { readCsv } from '../../diabetic-retinopathy/training/rows.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, models: { type: 'string' }, split: { type: 'string' }, out: { type: 'string' } },
});
const { data, models, split, out } = values;
if (!data || !models || !split || !out)
  throw new Error('usage: node predict.ts --data DIR --models DIR --split SPLIT --out FILE');

const { manifest, run } = await warmModel('pneumonia-children', { models });
if (manifest.task !== 'chest-xray') throw new Error(`${manifest.id} is no model for chest films`);
const films = (await readCsv(join(data, 'chest-xray/labels.csv')))
  .filter((r) => (r.source === 'kermany' && r.split === split) || (split === 'test' && r.split === 'ood'))
  .map((r) => ({ file: join('chest-xray', r.file ?? ''), source: r.source, label: r.label, patient: r.patient }));
const others = [
  ...(await readCsv(join(data, 'not-fundus/labels.csv'))).map((r) => ({ ...r, folder: 'not-fundus' })),
  ...(await readCsv(join(data, 'fundus/labels.csv'))).map((r) => ({ ...r, folder: 'fundus' })),
]
  .filter((r: Record<string, string>) => r.split === split && r.in_other_set !== 'chest-xray')
  .map((r: Record<string, string>) => ({
    file: join(r.folder ?? '', r.file ?? ''),
    source: r.folder === 'fundus' ? 'fundus' : r.category,
    label: 'other',
    patient: r.file,
  }));

const file = createWriteStream(out);
for (const row of [...films, ...others]) {
  const { rgb, size, quality } = await prepareFilm(
    await readFile(join(data, row.file)),
    manifest.input.size,
    manifest.input.normalise,
  );
  const outputs = await run(toTensor(rgb, size, manifest.input.mean, manifest.input.std));
  const one = (name: string | undefined) => (name ? (outputs[name]?.[0] ?? 0) : 0);
  const scores = { kind: one(manifest.outputs.kind), child: one(manifest.outputs.child) };
  const refused = checkFilmGates(quality, scores, manifest, undefined)?.code ?? null;
  file.write(`${JSON.stringify({ ...row, probability: one(manifest.outputs.probability), ...scores, quality, refused })}\n`);
}
file.end();
