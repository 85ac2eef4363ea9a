/**
 * What the application answers for every picture of a split, for evaluate.py: gates and grades apart, so that refused
 * pictures can be scored too. node predict.ts --data SHARED_DATA --models FOLDER --split test --out FILE
 */
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkGates } from '../../../src-main/core/reading/gates.ts';
import { prepareFundus, toTensor } from '../../../src-main/core/reading/preparation.ts';
import { warmFundus } from '../../../src-main/core/reading/read-fundus.ts';
import { listRows } from './rows.ts';

const { values } = parseArgs({
  options: { data: { type: 'string' }, models: { type: 'string' }, split: { type: 'string' }, out: { type: 'string' } },
});
const { data, models, split, out } = values;
if (!data || !models || !split || !out)
  throw new Error('usage: node predict.ts --data DIR --models DIR --split SPLIT --out FILE');

const { manifest, run } = await warmFundus({ models });
const file = createWriteStream(out);
for (const row of (await listRows(data)).filter((r) => r.split === split)) {
  const { rgb, size, quality } = await prepareFundus(await readFile(join(data, row.file)), manifest.input.size);
  const outputs = await run(toTensor(rgb, size, manifest.input.mean, manifest.input.std));
  const list = (name: string) => Array.from(outputs[name] ?? []);
  const scores = { fundus: list(manifest.outputs.fundus)[0] ?? 0, sharp: list(manifest.outputs.sharp)[0] ?? 0 };
  const answer = { above: list(manifest.outputs.above), probabilities: list(manifest.outputs.probabilities), ...scores };
  file.write(
    `${JSON.stringify({ ...row, ...answer, quality, refused: checkGates(quality, scores, manifest.gates)?.code ?? null })}\n`,
  );
}
file.end();
