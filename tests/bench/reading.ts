/** A 12-megapixel photograph from file to stored reading, against its bare parts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { openClinic } from '../../src-main/core/context-of.ts';
import { activePerson } from '../../src-main/core/people/index.ts';
import { systemChance, systemClock } from '../../src-main/core/ports.ts';
import { addImage } from '../../src-main/core/reading/index.ts';
import { forMany } from '../../src-main/core/reading/many.ts';
import { readOptions } from '../../src-main/core/reading/models-in-use.ts';
import { type ReadOptions, readImage } from '../../src-main/core/reading/read-image.ts';
import { warmModelAt } from '../../src-main/core/reading/session.ts';
import { setUpVault } from '../../src-main/core/setup.ts';
import { openDeviceKeys } from '../../src-main/core/vault/index.ts';
import { resourcesDir } from '../../src-node/places.ts';
import { pairedAsync, type Row, timed } from './measure.ts';

export async function benchReading(rounds: number): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
  const ports = {
    clock: systemClock,
    chance: systemChance,
    deviceKeys: await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(dir, 'keys') }),
  };
  const user = { userName: 'amina', displayName: 'Amina', password: 'correct horse battery', roles: ['clinician'] as const };
  const { clinic, user: id } = await setUpVault(
    ports,
    { dir: join(dir, 'vault'), sample: false, clinic: 'Bench', user },
    { adopt: (vault) => openClinic(vault, { ...ports, emit: () => undefined }), close: async () => undefined },
  );
  try {
    const path = join(dir, 'photograph.jpg');
    writeFileSync(path, await twelveMegapixels());
    const context = clinic.contextOf(activePerson(clinic.vault.db, id));
    const patient = 'bench-patient';
    const { use, ...how } = await readOptions(context, 'fundus');
    const [eye] = use;
    if (!eye) throw new Error('there is no model for eyes');
    // The very session that the application uses, with the threads that were measured here.
    const warm = await warmModelAt(eye.place, how);
    const { size } = warm.manifest.input;
    const tensor = new Float32Array(3 * size * size);
    // The vault keeps equal files once, so each round gets other bytes behind the end of the picture.
    let round = 0;
    const freshBytes = () => Buffer.concat([readFileSync(path), Buffer.from(`round ${round++}`)]);
    const whole = () =>
      timed(() => addImage(context, { patient, name: 'photograph.jpg', bytes: freshBytes(), eye: 'right', task: 'fundus' }));
    const parts = () =>
      timed(async () => {
        const bytes = freshBytes();
        await sharp(bytes).resize(size, size, { fit: 'inside' }).removeAlpha().raw().toBuffer();
        await warm.run(tensor);
        const written = await context.vault.files.write(patient, 'photograph.jpg', 'image/jpeg', bytes);
        context.write({ action: 'C', procedure: 'bench' }, (tx) => context.vault.files.record(tx.db, written, tx.at));
      });
    // The first few run before the engine has compiled the code.
    for (let warmUp = 0; warmUp < 4; warmUp++) {
      await whole();
      await parts();
    }
    const measured = await pairedAsync(rounds, whole, parts);
    const one: Row = {
      name: 'reading of a 12-megapixel JPEG, from file to stored result',
      ours: `${measured.ours.toFixed(0)} ms`,
      other: `bare parts ${measured.other.toFixed(0)} ms`,
      ratio: measured.ratio,
      wanted: 1.15,
    };
    const options = { use, ...how, task: 'fundus' as const };
    return [one, await batchRate(freshBytes, { ...options, threads: 1, priority: 'batch' }, Math.max(12, rounds))];
  } finally {
    clinic.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Pictures a second in a batch on all cores, against one after the other with one thread: at best the number of cores. */
async function batchRate(picture: () => Uint8Array, batch: ReadOptions, count: number): Promise<Row> {
  const pictures = Array.from({ length: count }, picture);
  await forMany(pictures.slice(0, 4), (bytes) => readImage(bytes, batch));
  const rate = (ms: number) => (count * 1000) / ms;
  const measured = await pairedAsync(
    3,
    () => timed(() => forMany(pictures, (bytes) => readImage(bytes, batch))),
    () =>
      timed(async () => {
        for (const bytes of pictures) await readImage(bytes, batch);
      }),
  );
  return {
    name: `the same in a batch (${availableParallelism()} cores), time against one after the other`,
    ours: `${rate(measured.ours).toFixed(1)} images/s`,
    other: `one by one ${rate(measured.other).toFixed(1)} images/s`,
    ratio: measured.ratio,
  };
}

async function twelveMegapixels(): Promise<Buffer> {
  const { readdirSync } = await import('node:fs');
  const folder = join(resourcesDir, 'sample-images', 'fundus');
  const sample = readdirSync(folder).find((name) => name.endsWith('.jpg'));
  if (!sample) throw new Error('no sample photograph');
  return await sharp(join(folder, sample)).resize(4288, 2848, { fit: 'fill', kernel: 'cubic' }).jpeg({ quality: 92 }).toBuffer();
}
