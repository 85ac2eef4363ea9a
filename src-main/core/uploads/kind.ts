/** What a file is, by its content: never by its name. */
import sharp from 'sharp';
import type { Output } from '../../../src-shared/contract/index.ts';
import { isZip, looksLikeDicom } from '../imaging/index.ts';

type Kind = Output<'uploads.finish'>['kind'];

/** Colour (mean HSV saturation) above which a picture is a photograph of a patient rather than a letter. */
const SATURATION_OF_PHOTOGRAPH = 0.3;

export async function kindOf(bytes: Uint8Array): Promise<Kind> {
  const start = Buffer.from(bytes.subarray(0, 64));
  if (start.subarray(0, 5).toString('latin1') === '%PDF-') return 'document';
  if (start[0] === 0x1f && start[1] === 0x8b) return 'fhir';
  if (looksLikeDicom(bytes) || isZip(bytes)) return 'dicom';
  if (isPicture(start)) return await pictureKind(bytes);
  const text = Buffer.from(bytes.subarray(0, 4096))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (text.startsWith('{')) return isNdjson(bytes) ? 'ndjson' : 'fhir';
  return 'unknown';
}

function isPicture(start: Buffer): boolean {
  const hex = start.toString('hex', 0, 8);
  return hex.startsWith('ffd8ff') || hex === '89504e470d0a1a0a' || hex.startsWith('49492a00') || hex.startsWith('4d4d002a');
}

async function pictureKind(bytes: Uint8Array): Promise<Kind> {
  try {
    const picture = sharp(bytes, { limitInputPixels: 120_000_000, failOn: 'none' });
    const { pages = 1 } = await picture.metadata();
    if (pages > 1) return 'document';
    const { data } = await picture
      .resize(48, 48, { fit: 'fill' })
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    let saturation = 0;
    for (let at = 0; at + 2 < data.length; at += 3) {
      const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
      const most = Math.max(r, g, b);
      saturation += most === 0 ? 0 : (most - Math.min(r, g, b)) / most;
    }
    return saturation / (48 * 48) > SATURATION_OF_PHOTOGRAPH ? 'photograph' : 'document';
  } catch {
    // Let the domain that takes it say what is wrong with it.
    return 'photograph';
  }
}

/** One JSON object a line. */
function isNdjson(bytes: Uint8Array): boolean {
  const end = bytes.indexOf(10);
  if (end < 0 || end > 2_000_000) return false;
  try {
    const first: unknown = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString('utf8'));
    return typeof first === 'object' && first !== null && 'resourceType' in first;
  } catch {
    return false;
  }
}
