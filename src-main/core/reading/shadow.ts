/** A new version reads what the active one has read, and nobody sees what it said but whoever watches the models. */
import type { Reading } from '../../../src-shared/contract/reading.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context } from '../context.ts';
import { isoTime } from '../ports.ts';
import { birthDateOf } from './age.ts';
import { isDicom, openDicom } from './dicom.ts';
import { computing, knownModels, shadowOf } from './models-in-use.ts';
import { ageWhenTaken, type ImageReading, readWith } from './read-image.ts';
import { warmModelAt } from './session.ts';

/** Reads a picture with the version that stands in the shadow of the model that has just read it, if one does. A failure of it is noted, and disturbs nobody. */
export async function readInShadow(context: Context, said: Reading, bytes: Uint8Array, taken?: string): Promise<void> {
  // The file's own words kept it from the active version: a new one is not asked either.
  if (said.provider === 'none') return;
  const shadow = shadowOf(context.vault.db, await knownModels(context), said.model);
  if (!shadow || shadow.manifest.version === said.modelVersion) return;
  const outcome = await outcomeOf(async () => {
    const opened = isDicom(bytes) ? await openDicom(bytes) : null;
    // The same age as the active version was given.
    const age = ageWhenTaken({ birthDate: birthDateOf(context.vault.db, said.patient), taken: taken ?? said.at }, opened);
    const warm = await warmModelAt(shadow.place, computing(context));
    return readWith(warm, opened?.picture ?? bytes, bytes, {
      priority: 'shadow',
      ...(age === undefined ? {} : { ageYears: age }),
    });
  });
  const { id, version } = shadow.manifest;
  context.vault.db
    .prepare(
      'INSERT INTO shadow_reading (reading, model, version, against, agrees, outcome, at) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    .run(said.id, id, version, said.modelVersion, Number(agrees(outcome, said)), JSON.stringify(outcome), isoTime(context.clock));
  context.emit({ name: 'changed', topics: ['models'] });
}

interface Outcome {
  status: 'accepted' | 'refused' | 'failed';
  reason?: string;
  grade?: number;
  referable?: boolean;
  positive?: boolean;
  probability?: number;
}

async function outcomeOf(read: () => Promise<ImageReading>): Promise<Outcome> {
  try {
    const reading = await read();
    if (reading.status === 'refused') return { status: 'refused', reason: reading.reason.code };
    if (reading.task === 'chest-xray')
      return { status: 'accepted', positive: reading.positive, probability: reading.probability };
    return { status: 'accepted', grade: reading.grade, referable: reading.referable, probability: reading.referableProbability };
  } catch (thrown) {
    return { status: 'failed', reason: thrown instanceof AppError ? thrown.code : 'internal' };
  }
}

/** The same word to the clinician: read or not, and yes or no where it was read. */
function agrees(outcome: Outcome, said: Reading): boolean {
  if (outcome.status !== said.status) return false;
  return outcome.status === 'refused' || (outcome.referable === said.referable && outcome.positive === said.positive);
}
