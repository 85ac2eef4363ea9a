/** A picture as it is looked at, on paper: who and what it shows come from the record, never from the page. */
import sharp from 'sharp';
import type { ParsedInput } from '../../../src-shared/contract/index.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { at, parts, text } from '../../../src-shared/fhir/read.ts';
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import type { Context } from '../context.ts';
import { minuteOf, writePdf } from '../pdf.ts';
import { hiddenFrom, readResource } from '../records/index.ts';
import { instanceById } from './store/instances.ts';

const PIXELS_MAX = 40_000_000;

/** Throws `not-found`, `image-unreadable`. */
export async function printPicture(
  context: Context,
  { patient, of, picture, note }: ParsedInput<'imaging.print'>,
): Promise<{ name: string; pdf: Uint8Array }> {
  const who = readResource(context.vault.db, 'Patient', patient)?.resource;
  if (!who) throw new AppError('not-found', { what: 'patient' });
  const { title, lines, on } =
    'photograph' in of ? photographed(context, patient, of.photograph) : examined(context, patient, of);
  const image = await paperPicture(picture);
  const printedAt = new Date(context.clock.now()).toISOString();
  const name = nameOf(who);
  const [born, number] = [text(who.birthDate), text(at(who.identifier, 'value'))];
  const pdf = await writePdf(
    { title: 'Picture', footer: `${name}   printed ${minuteOf(printedAt)} UTC by ${context.person.displayName}`, at: printedAt },
    (paper) => {
      paper.title(title);
      paper.lines([name, born && `born ${born}`, number].filter(Boolean).join(', '), ...lines, ...(note === '' ? [] : [note]));
      paper.picture(image);
      paper.lines('As it was shown on a screen. Not for making a diagnosis.');
    },
  );
  return { name: `picture-${(on ?? printedAt).slice(0, 10)}.pdf`, pdf };
}

interface About {
  title: string;
  lines: string[];
  on: string | undefined;
}

function examined(context: Context, patient: string, { instance: id, frame }: { instance: string; frame: number }): About {
  const { belonging, facts } = instanceById(context, patient, id);
  const { study, series } = belonging;
  const on = study.date ?? series.date;
  return {
    title: study.description || series.description || facts.sopClassName,
    lines: [
      [on && `Examination of ${minuteOf(on)}`, study.accession && `accession ${study.accession}`].filter(Boolean).join(', '),
      [
        series.modality,
        series.number !== undefined && `series ${series.number}`,
        series.description,
        facts.number !== undefined && `picture ${facts.number}`,
        facts.frames > 1 && `frame ${frame} of ${facts.frames}`,
        facts.lossy && 'compressed with loss',
      ]
        .filter(Boolean)
        .join(', '),
    ].filter(Boolean),
    on,
  };
}

function photographed(context: Context, patient: string, id: string): About {
  const media = readResource(context.vault.db, 'Media', id);
  if (media?.patient !== patient || hiddenFrom(context, patient).has(`Media/${id}`))
    throw new AppError('not-found', { what: 'image' });
  const on = text(media.resource.createdDateTime);
  return { title: 'Photograph', lines: on ? [`Taken ${minuteOf(on)}`] : [], on };
}

/** Drawn anew: nothing but pixels goes onto paper. */
async function paperPicture(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    return new Uint8Array(
      await sharp(bytes, { limitInputPixels: PIXELS_MAX }).flatten({ background: '#000' }).jpeg({ quality: 90 }).toBuffer(),
    );
  } catch (cause) {
    throw new AppError('image-unreadable', {}, { cause });
  }
}

function nameOf(patient: FhirResource): string {
  const [name] = parts(patient.name);
  const given = Array.isArray(name?.given) ? name.given.filter((one): one is string => typeof one === 'string').join(' ') : '';
  return [text(name?.family), given].filter(Boolean).join(', ') || text(name?.text) || 'Unknown';
}
