/**
 * Writes into a manifest how features of training pictures are distributed, so that the application can measure drift against them:
 * node models/reference.ts --model models/NAME --pictures FOLDER|LIST [--max 1500]. LIST is a text file with a path a line, relative to it.
 */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { manifestIn } from '../src-main/core/reading/manifest.ts';
import { forMany } from '../src-main/core/reading/many.ts';
import { prepare } from '../src-main/core/reading/preparation.ts';
import { listPictures } from '../src-main/core/reading/read-files.ts';

/** Tenths of the training pictures. */
const BINS = 10;

const { values } = parseArgs({ options: { model: { type: 'string' }, pictures: { type: 'string' }, max: { type: 'string' } } });
const { model, pictures, max = '1500' } = values;
if (!model || !pictures) throw new Error('usage: node models/reference.ts --model models/NAME --pictures FOLDER|LIST [--max N]');

const path = join(model, 'manifest.json');
const text = readFileSync(path, 'utf8');
const manifest = manifestIn(text);
if (!manifest) throw new Error(`${path} is no manifest`);
const all = statSync(pictures).isDirectory()
  ? await listPictures(pictures)
  : readFileSync(pictures, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => join(dirname(pictures), line));
const step = Math.max(1, Math.ceil(all.length / Number(max)));
const chosen = all.filter((_file, place) => place % step === 0);
const measured = await forMany(chosen, async (file) => (await prepare(new Uint8Array(await readFile(file)), manifest)).quality);
const features = Object.fromEntries(
  Object.keys(measured[0] ?? {}).flatMap((name) => {
    const sorted = measured
      .map((quality) => Number(Object.entries(quality).find(([key]) => key === name)?.[1]))
      .sort((one, other) => one - other);
    const edges = [
      ...new Set(
        Array.from({ length: BINS - 1 }, (_, bin) =>
          Number((sorted[Math.floor(((bin + 1) * sorted.length) / BINS)] ?? 0).toPrecision(4)),
        ),
      ),
    ];
    // What hardly varies (the share of burnt-out pixels) has no distribution to drift from.
    if (edges.length < 5) return [];
    const counts = Array.from({ length: edges.length + 1 }, () => 0);
    for (const value of sorted) {
      const above = edges.findIndex((edge) => value < edge);
      const bin = above < 0 ? edges.length : above;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return [[name, { edges, shares: counts.map((count) => Number((count / sorted.length).toFixed(4))) }] as const];
  }),
);
// The rest of the file stays as it is.
writeFileSync(
  path,
  `${JSON.stringify({ ...JSON.parse(text), reference: { from: 'training split', images: chosen.length, features } }, null, 2)}\n`,
);
process.stdout.write(`${chosen.length} pictures, ${Object.keys(features).join(', ')}\n`);
process.exit();
