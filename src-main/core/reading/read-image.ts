/** Reads one picture with the models of this machine: gates, figure, heat map. Stores nothing. */
import { createHash } from 'node:crypto';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Priority } from '../queue.ts';
import { ageYears as ageOn } from './age.ts';
import { isDicom, type OpenedDicom, openDicom } from './dicom.ts';
import type { Box } from './disc.ts';
import type { Features, FilmQuality } from './film-quality.ts';
import { checkFilmGates, checkGates, checkSize, isAboutKind, noKindOf, noLight, type Refusal } from './gates.ts';
import { checkHeader, otherModality } from './header.ts';
import { type ChestManifest, type FundusManifest, type Manifest, type Task, thresholdOf } from './manifest.ts';
import { type Picture, type Prepared, type PreparedFilm, prepare, toTensor } from './preparation.ts';
import type { Quality } from './quality.ts';
import { compareVersions, type FoundModel, findModels, shippedModels } from './registry.ts';
import { type SessionOptions, type WarmModel, warmModelAt } from './session.ts';

export interface HeatMap {
  readonly width: number;
  readonly height: number;
  /** width * height values, rows from the top, 0 to 255: how much each place speaks for the finding. It covers `crop`. */
  readonly values: Uint8Array;
}

interface ReadingBase {
  /** Null where no model took the picture for its own. */
  readonly task: Task | null;
  /** Probability from which the answer is yes. */
  readonly threshold: number;
  readonly quality: Features;
  /** Upright size of the picture and the part that was read, in its pixels. */
  readonly image: { readonly width: number; readonly height: number };
  readonly crop: Box;
  readonly provider: string;
  readonly model: string;
  readonly modelVersion: string;
  /** For whom the model is made, as it says itself. */
  readonly population?: string;
  /** SHA-256 of the picture as given, hex. */
  readonly inputSha256: string;
  readonly ms: number;
}

interface Read extends ReadingBase {
  readonly status: 'accepted';
  /** Calibrated probability of each class. */
  readonly probabilities: readonly number[];
  readonly heatMap: HeatMap;
}

export interface FundusRead extends Read {
  readonly task: 'fundus';
  readonly grade: 0 | 1 | 2 | 3 | 4;
  readonly referable: boolean;
  readonly referableProbability: number;
}

export interface ChestRead extends Read {
  readonly task: 'chest-xray';
  /** What was asked, such as "pneumonia". */
  readonly finding: string;
  readonly positive: boolean;
  readonly probability: number;
}

/** Not read: it carries no grade and no probability, so that it can never be taken for a negative. */
export interface RefusedReading extends ReadingBase {
  readonly status: 'refused';
  readonly reason: Refusal;
}

export type ImageReading = FundusRead | ChestRead | RefusedReading;

export interface ReadOptions extends SessionOptions {
  /** Which models may read, the likeliest first; without it all that came with the application. */
  readonly use?: readonly FoundModel[];
  /** Only models of this task; without it every kind gate is asked. */
  readonly task?: Task;
  /** As the chart has it. */
  readonly birthDate?: string | null;
  /** The day on which the picture was taken or, where nothing is known of that, came into the chart (ISO 8601); a file's own day counts before it. */
  readonly taken?: string | undefined;
  readonly priority?: Priority;
  readonly signal?: AbortSignal;
  /** Milliseconds that only go forward; for `ms`. */
  readonly clock?: () => number;
}

/**
 * @param bytes the picture as it came: JPEG, PNG, TIFF or DICOM
 * @throws AppError image-*, dicom-*, model-missing, model-damaged, model-untrusted, cancelled
 */
export async function readImage(bytes: Uint8Array, options: ReadOptions = {}): Promise<ImageReading> {
  const models = (options.use ?? (await newestOf(options.models ?? shippedModels()))).filter(
    ({ manifest }) => !options.task || manifest.task === options.task,
  );
  if (models.length === 0) throw new AppError('model-missing');
  const clock = options.clock ?? (() => performance.now());
  const started = clock();
  const opened = isDicom(bytes) ? await openDicom(bytes) : null;
  const ageYears = ageWhenTaken(options, opened);
  const barred: RefusedReading[] = [];
  const refused: RefusedReading[] = [];
  for (const { place, manifest } of models) {
    const reason = opened && checkHeader(manifest.task, opened.says);
    if (opened && reason) {
      barred.push(unasked(manifest, opened, bytes, reason, clock() - started));
      continue;
    }
    const reading = await readWith(await warmModelAt(place, options), opened?.picture ?? bytes, bytes, { ...options, ageYears });
    if (reading.status === 'accepted') return reading;
    refused.push(reading);
  }
  return refused.length > 0 ? mostTelling(refused, options.task ?? onlyTask(refused, barred)) : mostTellingHeader(barred, opened);
}

/** What chart and file say; where they differ one of them is somebody else's: the older counts, as a model for children must not read a grown-up. */
export function ageWhenTaken(
  { birthDate = null, taken }: Pick<ReadOptions, 'birthDate' | 'taken'>,
  file: Pick<OpenedDicom, 'ageYears' | 'studied'> | null,
): number | undefined {
  const day = file?.studied ?? taken;
  const chart = day === undefined ? undefined : ageOn(birthDate, day);
  const said = file?.ageYears;
  return chart === undefined || said === undefined ? (chart ?? said) : Math.max(chart, said);
}

/** The task of the only models that the file's header let through, if it kept others out. */
function onlyTask(refused: readonly RefusedReading[], barred: readonly RefusedReading[]): Task | undefined {
  const [first] = refused;
  return barred.length > 0 && refused.every(({ task }) => task === first?.task) ? (first?.task ?? undefined) : undefined;
}

/** A model that was not asked, as the file says that it is nothing for it. */
function unasked(
  manifest: Manifest,
  { width, height }: OpenedDicom,
  bytes: Uint8Array,
  reason: Refusal,
  ms: number,
): RefusedReading {
  return {
    task: manifest.task,
    threshold: thresholdOf(manifest),
    quality: {},
    image: { width, height },
    crop: { left: 0, top: 0, width, height },
    provider: 'none',
    model: manifest.id,
    modelVersion: manifest.version,
    ...(manifest.population ? { population: manifest.population.says } : {}),
    inputSha256: createHash('sha256').update(bytes).digest('hex'),
    status: 'refused',
    reason,
    ms: Math.round(ms * 10) / 10,
  };
}

const NO_MODEL = 'no-model';

/** No model was asked: of a film of a hand the reason of the film models, of a CT slice that it is none. */
function mostTellingHeader(barred: readonly RefusedReading[], opened: OpenedDicom | null): RefusedReading {
  const own = barred.find(({ reason }) => reason.code !== 'other-modality');
  if (own) return own;
  const [first] = barred;
  if (!first || !opened) throw new AppError('model-missing');
  const tasks = [...new Set(barred.flatMap(({ task }) => task ?? []))];
  const reason = otherModality(tasks, opened.says.modality);
  if (tasks.length === 1) return { ...first, reason };
  return { ...first, task: null, model: NO_MODEL, modelVersion: '0', threshold: 1, reason };
}

/** Reads a picture with one model. @param picture what is prepared @param bytes the file as it came, for its hash */
export async function readWith(
  warm: WarmModel,
  picture: Picture,
  bytes: Uint8Array,
  options: Omit<ReadOptions, 'birthDate' | 'taken'> & { readonly ageYears?: number | undefined },
): Promise<ImageReading> {
  const clock = options.clock ?? (() => performance.now());
  const started = clock();
  const { manifest } = warm;
  options.signal?.throwIfAborted();
  const prepared = await prepare(picture, manifest);
  const early = gate(manifest, prepared, null, options.ageYears);
  const outputs = early
    ? null
    : await warm.run(
        toTensor(prepared.rgb, prepared.size, manifest.input.mean, manifest.input.std),
        options.priority,
        options.signal,
      );
  const reason = early ?? gate(manifest, prepared, outputs, options.ageYears);
  const base = {
    task: manifest.task,
    threshold: thresholdOf(manifest),
    quality: { ...prepared.quality },
    image: { width: prepared.width, height: prepared.height },
    crop: prepared.crop,
    provider: warm.provider,
    model: manifest.id,
    modelVersion: manifest.version,
    ...(manifest.population ? { population: manifest.population.says } : {}),
    inputSha256: createHash('sha256').update(bytes).digest('hex'),
  };
  const ms = () => Math.round((clock() - started) * 10) / 10;
  if (reason || !outputs) return { ...base, status: 'refused', reason: reason ?? damaged(), ms: ms() };
  const figures = manifest.task === 'fundus' ? fundusFigures(manifest, outputs) : chestFigures(manifest, outputs);
  return { ...base, ...figures, status: 'accepted', ms: ms() };
}

/** The newest version of each model in a folder, fundus first: a grey film leaves its gates at once. */
async function newestOf(folder: string): Promise<FoundModel[]> {
  const found = (await findModels(folder)).sort((one, other) => compareVersions(other.manifest.version, one.manifest.version));
  const newest = found.filter(({ manifest }, place) => found.findIndex((other) => other.manifest.id === manifest.id) === place);
  return newest.sort(
    (one, other) =>
      Number(one.manifest.task !== 'fundus') - Number(other.manifest.task !== 'fundus') ||
      compareVersions(one.manifest.id, other.manifest.id),
  );
}

/** Of several refusals the one of the model that took the picture for its own; where none did, that none did. */
function mostTelling(refused: readonly RefusedReading[], task: Task | undefined): RefusedReading {
  const [first] = refused;
  if (!first) throw new AppError('model-missing');
  if (task) return refused.find(({ reason }) => !isAboutKind(reason)) ?? first;
  const own = refused.find(({ reason }) => !isAboutKind(reason) && reason.code !== 'too-dark' && reason.code !== 'too-bright');
  if (own) return own;
  const light = refused.filter(({ reason }) => !isAboutKind(reason));
  // What is black to all of them may be any kind.
  if (light.length === refused.length) return { ...first, task: null, reason: noLight(first.reason.code === 'too-dark') };
  return { ...first, task: null, reason: noKindOf([...new Set(refused.map((one) => one.task ?? ''))]) };
}

type Outputs = Record<string, Float32Array>;

function gate(
  manifest: Manifest,
  prepared: Prepared | PreparedFilm,
  outputs: Outputs | null,
  ageYears: number | undefined,
): Refusal | null {
  if (manifest.task === 'fundus') {
    const scores = outputs && { fundus: one(outputs, manifest.outputs.fundus), sharp: one(outputs, manifest.outputs.sharp) };
    const refusal = checkGates(prepared.quality as Quality, scores, manifest.gates); // prepare() measures by task
    return refusal ?? (outputs && checkSize(manifest, prepared.crop.width));
  }
  const scores = outputs && {
    kind: one(outputs, manifest.outputs.kind),
    child: manifest.outputs.child ? one(outputs, manifest.outputs.child) : null,
  };
  const refusal = checkFilmGates(prepared.quality as FilmQuality, scores, manifest, ageYears); // the same
  return refusal ?? (outputs && checkSize(manifest, Math.min(prepared.width, prepared.height)));
}

function fundusFigures(manifest: FundusManifest, outputs: Outputs) {
  const above = all(outputs, manifest.outputs.above);
  const referableProbability = above[1] ?? damaged();
  return {
    task: 'fundus' as const,
    grade: gradeOf(above, manifest.thresholds.grades.value),
    probabilities: Array.from(all(outputs, manifest.outputs.probabilities), round),
    referable: referableProbability >= manifest.thresholds.referable.value,
    referableProbability: round(referableProbability),
    heatMap: heatMapOf(all(outputs, manifest.outputs.heat)),
  };
}

function chestFigures(manifest: ChestManifest, outputs: Outputs) {
  const probability = one(outputs, manifest.outputs.probability);
  return {
    task: 'chest-xray' as const,
    finding: manifest.finding,
    positive: probability >= thresholdOf(manifest),
    probability: round(probability),
    probabilities: [round(1 - probability), round(probability)],
    heatMap: heatMapOf(all(outputs, manifest.outputs.heat)),
  };
}

/** The highest grade that all cuts up to it allow. */
function gradeOf(above: Float32Array, cuts: readonly number[]): FundusRead['grade'] {
  const grades = [0, 1, 2, 3, 4] as const;
  const failed = cuts.findIndex((cut, i) => (above[i] ?? 0) < cut);
  return grades[failed < 0 ? 4 : failed] ?? 0;
}

/** The input is a square, and so is the last feature map. */
function heatMapOf(heat: Float32Array): HeatMap {
  const side = Math.round(Math.sqrt(heat.length));
  if (side * side !== heat.length) damaged();
  return { width: side, height: side, values: Uint8Array.from(heat, (v) => Math.round(255 * Math.min(1, Math.max(0, v)))) };
}

const all = (outputs: Outputs, name: string) => outputs[name] ?? damaged();
/** A figure that is no number must never come out as "not above the threshold". */
const one = (outputs: Outputs, name: string) => {
  const value = all(outputs, name)[0] ?? damaged();
  return Number.isFinite(value) ? value : damaged();
};
const round = (p: number) => Math.round(p * 1e4) / 1e4;

function damaged(): never {
  throw new AppError('model-damaged');
}
