import { z } from 'zod';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { saveHandout } from '../handouts.ts';
import type { Session } from '../session.ts';

/** Everything about one patient as a zip. When it fails nothing is left behind, and what had that name before is still there. */
export async function writeSubjectAccess(
  session: Session,
  patient: PatientId,
  out: string,
): Promise<{ files: number; bytes: number }> {
  const { job } = await session.call('subjectAccess.make', { patient });
  const { handout, files } = madeShape.parse(await session.jobResult(job));
  return { files, bytes: await saveHandout(session, handout, out) };
}

const madeShape = z.object({ handout: z.string(), files: z.number() });
