/** A 12-megapixel photograph from file to stored reading, against its bare parts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { modelsDir, resourcesDir } from '../../src-node/places.ts';
import { openClinic } from '../../src-main/core/context-of.ts';
import { activePerson } from '../../src-main/core/people/index.ts';
import { systemChance, systemClock } from '../../src-main/core/ports.ts';
import { addImage } from '../../src-main/core/reading/index.ts';
import { warmModel } from '../../src-main/core/reading/session.ts';
import { setUpVault } from '../../src-main/core/setup.ts';
import { openDeviceKeys } from '../../src-main/core/vault/index.ts';
import { type Row, pairedAsync, timed } from './measure.ts';

export async function benchReading(rounds: number): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
  const ports = { clock: systemClock, chance: systemChance, deviceKeys: await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(dir, 'keys') }) };
  const user = { userName: 'amina', displayName: 'Amina', password: 'correct horse battery', roles: ['clinician'] as const };
  const { clinic, user: id } = await setUpVault(ports, { dir: join(dir, 'vault'), sample: false, clinic: 'Bench', user }, { adopt: (vault) => openClinic(vault, { ...ports, emit: () => undefined }), close: async () => undefined });
  try {
    const path = join(dir, 'photograph.jpg');
    writeFileSync(path, await twelveMegapixels());
    const context = clinic.contextOf(activePerson(clinic.vault.db, id));
    const patient = 'bench-patient';
    const warm = await warmModel('diabetic-retinopathy', { models: modelsDir });
    const { size } = warm.manifest.input;
    const tensor = new Float32Array(3 * size * size);
    // The vault keeps equal files once, so each round gets other bytes behind the end of the picture.
    let round = 0;
    const freshBytes = () => Buffer.concat([readFileSync(path), Buffer.from(`round ${round++}`)]);
    const whole = () => timed(() => addImage(context, { patient, name: 'photograph.jpg', bytes: freshBytes(), eye: 'right', task: 'fundus' }));
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
    return [{ name: 'reading of a 12-megapixel JPEG, from file to stored result', ours: `${measured.ours.toFixed(0)} ms`, other: `bare parts ${measured.other.toFixed(0)} ms`, ratio: measured.ratio, wanted: 1.5 }];
  } finally {
    clinic.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function twelveMegapixels(): Promise<Buffer> {
  const { readdirSync } = await import('node:fs');
  const folder = join(resourcesDir, 'sample-images', 'fundus');
  const sample = readdirSync(folder).find((name) => name.endsWith('.jpg'));
  if (!sample) throw new Error('no sample photograph');
  return await sharp(join(folder, sample)).resize(4288, 2848, { fit: 'fill', kernel: 'cubic' }).jpeg({ quality: 92 }).toBuffer();
}
