/** Does what stands in an attachment fit its size and hash? (R4 Attachment: size in bytes, hash SHA-1 in base64.) */
import { createHash } from 'node:crypto';
import { ExactNumber } from '../../../../src-shared/fhir/json.ts';
import { amount, text } from '../../../../src-shared/fhir/read.ts';
import type { Finding } from '../../../../src-shared/fhir/validate.ts';

export function attachmentFindings(value: unknown): Finding[] {
  if (Array.isArray(value)) return value.flatMap(attachmentFindings);
  if (value === null || typeof value !== 'object' || value instanceof ExactNumber) return [];
  // An object of a parsed resource.
  const here = value as Record<string, unknown>;
  const found = Object.values(here).flatMap(attachmentFindings);
  const data = text(here.data);
  if (data === undefined || (here.hash === undefined && here.size === undefined)) return found;
  const bytes = Buffer.from(data, 'base64');
  const size = amount(here.size)?.value;
  if (size !== undefined && size !== bytes.byteLength)
    found.push({ severity: 'warning', text: 'the size of an attachment does not fit its data' });
  if (typeof here.hash === 'string' && here.hash !== createHash('sha1').update(bytes).digest('base64'))
    found.push({ severity: 'warning', text: 'the hash of an attachment does not fit its data' });
  return found;
}
