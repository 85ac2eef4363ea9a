/** Documents that leave: the person says where in a dialog of the system, the core writes them there. */
import type { Choice } from '../../src-shared/contract/shell.ts';
import { call } from './connection.ts';
import { jobResult } from './jobs.ts';
import { choose } from './shell.ts';

/** @returns where it lies now, or null where the person thought better of it */
export async function saveHandout(handout: string, what: Choice): Promise<string | null> {
  const place = await choose(what);
  if (!place) return null;
  const { job } = await call('handouts.save', { handout, place: place.handle });
  await jobResult(job);
  return place.name;
}
