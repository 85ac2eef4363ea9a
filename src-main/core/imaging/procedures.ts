import type { Output } from '../../../src-shared/contract/index.ts';
import { CHUNK_BYTES_MAX } from '../../../src-shared/contract/wire.ts';
import { command, type Handlers, preparedCommand, query, startJob } from '../bind.ts';
import type { Context } from '../context.ts';
import type { Handouts } from '../handouts/index.ts';
import { knowsNumbers, leastNeeded } from '../records/index.ts';
import { annotate, annotationsOf, keyImagesOf, markKey, markPhotograph, photographMarksOf, unannotate } from './annotations.ts';
import { openFrameStore } from './frame-store.ts';
import { geometryOfFrames, studiesOf, studyOf } from './look.ts';
import { shrunk } from './pixels/shrink.ts';
import { type DicomPool, openDicomPool } from './pool.ts';
import { printPicture } from './print.ts';
import { openSegmentStore } from './segments/segment-store.ts';
import { exportStudy } from './store/export.ts';
import { type IncomingFile, importDicom } from './store/import.ts';
import { indexMissing } from './store/index-missing.ts';
import { instanceById } from './store/instances.ts';
import { decideStudy, waitingStudies } from './store/review.ts';
import { zipPieces } from './store/zip-write.ts';

const ok = { ok: true as const };

/** A frame as JPEG for paper, and in words which it is. @throws AppError `not-found`, `dicom-*` */
export type PrintedPicture = (
  context: Context,
  patient: string,
  instance: string,
  frame: number,
) => Promise<{ jpeg: Uint8Array; words: string }>;

/** Longer side of a picture in a report, in pixels: about 200 dots an inch on half a page's width. */
const PRINTED_SIDE = 640;

interface Imaging {
  procedures: Handlers;
  /** For whoever receives or reads images. */
  pool: DicomPool;
  printed: PrintedPicture;
  /** Ends the threads. */
  stop: () => Promise<void>;
}

export function openImaging(handouts: Handouts): Imaging {
  const pool = openDicomPool();
  const frames = openFrameStore(pool);
  const segments = openSegmentStore(pool);
  const whole = (context: Context, patient: string, id: string) =>
    context.vault.files.read(instanceById(context, patient, id).file);

  const procedures: Handlers = {
    'imaging.studies': query(async (context, { patient }) => {
      await indexMissing(context, pool, patient);
      return { studies: studiesOf(context, patient) };
    }),
    'imaging.study': query((context, { patient, study }) => studyOf(context, patient, study)),
    'imaging.geometry': query((context, { patient, instance }) => geometryOfFrames(context, patient, instance)),
    'imaging.frame': query(async (context, input) => {
      const frame = await frames.frame(context, input.patient, input.instance, input.frame, input.as);
      const { header, bytes } = shrunk(frame, input.shrink);
      return { header, bytes: bytes.slice(input.offset, input.offset + CHUNK_BYTES_MAX), total: bytes.byteLength };
    }),
    'imaging.frames': query(async (context, { patient, wanted, as }) => {
      const answered: Output<'imaging.frames'>['frames'] = [];
      let left = CHUNK_BYTES_MAX;
      for (const { instance, frame } of wanted) {
        // What is wrong with a frame is told to whoever asks for it first.
        const made = frames.frame(context, patient, instance, frame, as);
        const decoded = answered.length === 0 ? await made : await made.catch(() => null);
        left -= decoded?.bytes.byteLength ?? CHUNK_BYTES_MAX;
        if (!decoded || left < 0) break;
        answered.push({ instance, frame, header: decoded.header, bytes: decoded.bytes.slice() });
      }
      return { frames: answered };
    }),
    'imaging.prefetch': preparedCommand(
      async (context, { patient, wanted }) => frames.prefetch(context, patient, wanted),
      () => ok,
    ),
    'imaging.overlays': query(async (context, { patient, instance, frame }) => ({
      overlays: await pool.ask('overlays', { bytes: await whole(context, patient, instance), frame }),
    })),
    'imaging.segmentations': query(async (context, { patient }) => ({
      segmentations: await segments.listed(context, patient),
    })),
    'imaging.masks': query((context, input) => segments.masks(context, input)),
    'imaging.thumbnail': query((context, { patient, instance, frame, size }) =>
      frames.thumbnail(context, patient, instance, frame, size === 'paper' ? PRINTED_SIDE : undefined),
    ),
    'imaging.report': query(async (context, { patient, instance }) =>
      pool.ask('report', { bytes: await whole(context, patient, instance) }),
    ),
    'imaging.document': query(async (context, { patient, instance, page }) =>
      pool.ask('document', { bytes: await whole(context, patient, instance), page }),
    ),
    'imaging.waveform': query(async (context, { patient, instance }) =>
      pool.ask('waveform', { bytes: await whole(context, patient, instance) }),
    ),
    'imaging.presentation': query(async (context, { patient, instance }) =>
      pool.ask('presentation', { bytes: await whole(context, patient, instance) }),
    ),
    'imaging.tags': query(async (context, { patient, instance }) =>
      pool.ask('tags', { bytes: await whole(context, patient, instance) }),
    ),
    'imaging.annotations': query((context, { patient, study }) => ({ annotations: annotationsOf(context, patient, study) })),
    'imaging.annotate': command((context, tx, input) => annotate(context, tx, input)),
    'imaging.photographMarks': query((context, { patient, image }) => ({ marks: photographMarksOf(context, patient, image) })),
    'imaging.markPhotograph': command((context, tx, input) => markPhotograph(context, tx, input)),
    'imaging.unannotate': command((_context, tx, { patient, id }) => {
      unannotate(tx, patient, id);
      return ok;
    }),
    'imaging.keyImages': query((context, { patient, study }) => ({ images: keyImagesOf(context, patient, study) })),
    'imaging.markKey': command((context, tx, input) => {
      markKey(context, tx, input);
      return ok;
    }),
    'imaging.review': query((context) => {
      const knows = knowsNumbers(context);
      const items = waitingStudies(context.vault.db).map((item) => ({
        ...item,
        candidates: item.candidates.map((one) => leastNeeded(one, knows, item.identifiers)),
      }));
      return { items };
    }),
    'imaging.match': startJob(async (context, input) => ({
      job: context.jobs.start({
        kind: 'imaging.match',
        title: 'Putting a study in its place',
        unit: 'files',
        run: (job) => decideStudy(context, pool, input, job),
      }),
    })),
    'imaging.print': query(async (context, input) => {
      const { name, pdf } = await printPicture(context, input);
      return handouts.offer(context.person.id, { name, mediaType: 'application/pdf', parts: [pdf] });
    }),
    'imaging.export': startJob(async (context, { patient, study, deidentify, shiftDays }) => ({
      job: context.jobs.start({
        kind: 'imaging.export',
        title: deidentify ? 'De-identifying a study' : 'Making a copy of a study',
        unit: 'files',
        patient,
        run: async (job) => {
          const zip = zipPieces();
          const { files, warnings } = await exportStudy(
            context,
            pool,
            patient,
            study,
            { deidentify, shiftDays, signal: job.signal, progress: (done, total) => job.progress(done, total) },
            ({ name, bytes }) => zip.add(name, bytes),
          );
          return {
            handout: handouts.offer(context.person.id, {
              name: deidentify ? 'study-deidentified.zip' : 'study.zip',
              mediaType: 'application/zip',
              parts: zip.finish(),
            }),
            files,
            warnings,
          };
        },
      }),
    })),
    'imaging.import': startJob(async (context, { uploads, patient, check }) => ({
      job: context.jobs.start({
        kind: 'imaging.import',
        title: 'Taking in DICOM files',
        unit: 'files',
        patient,
        run: async (job) => {
          // One after the other: a folder full of uploads need not fit into memory.
          const files = uploads.map((upload) => {
            const file: IncomingFile = {
              name: 'upload',
              async read() {
                const { name, bytes } = await context.uploads.take(upload);
                file.name = name;
                return bytes;
              },
            };
            return file;
          });
          return importDicom(context, pool, files, {
            ...(check ? { onChart: patient } : { patient }),
            source: 'upload',
            signal: job.signal,
            progress: (done, total) => job.progress(done, total),
          });
        },
      }),
    })),
  };
  const stop = async () => {
    frames.clear();
    segments.clear();
    await pool.close();
  };
  const printed: PrintedPicture = async (context, patient, instance, frame) => {
    const { facts, belonging } = instanceById(context, patient, instance);
    const { bytes } = await frames.thumbnail(context, patient, instance, frame, PRINTED_SIDE);
    const { modality, number } = belonging.series;
    const words = [
      `${modality}${number === undefined ? '' : ` series ${number}`}`,
      facts.number === undefined ? '' : `image ${facts.number}`,
      facts.frames > 1 ? `frame ${frame}` : '',
    ];
    return { jpeg: bytes, words: words.filter(Boolean).join(', ') };
  };
  return { procedures, pool, stop, printed };
}
