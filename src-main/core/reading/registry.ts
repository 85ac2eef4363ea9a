/** Models on this machine: a folder each with manifest.json, an ONNX file whose hash is checked at each load, and a card. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Manifest, manifestIn } from './manifest.ts';
import { checkSignature } from './package-signature.ts';

export interface InstalledModel {
  readonly manifest: Manifest;
  readonly onnx: Uint8Array;
}

/** Where a model lies and whose word it needs. */
export interface ModelPlace {
  readonly folder: string;
  /** Public keys (Ed25519, base64) one of which must have signed the folder; undefined for what came with the application. */
  readonly trusted?: readonly string[];
}

export interface FoundModel {
  readonly place: ModelPlace;
  readonly manifest: Manifest;
}

/**
 * Reads a folder and checks the file against its manifest, and the signature where one is due.
 * @throws AppError model-missing, model-damaged, model-untrusted
 */
export async function loadModelAt(place: ModelPlace): Promise<InstalledModel> {
  const text = await readFile(join(place.folder, 'manifest.json'), 'utf8').catch(() => null);
  if (text === null) throw new AppError('model-missing');
  const manifest = manifestIn(text);
  if (manifest === null) throw new AppError('model-damaged');
  if (place.trusted) await checkSignature(place.folder, text, place.trusted);
  const onnx = await readFile(join(place.folder, manifest.file)).catch(() => null);
  if (onnx === null) throw new AppError('model-missing');
  if (createHash('sha256').update(onnx).digest('hex') !== manifest.sha256) throw new AppError('model-damaged');
  return { manifest, onnx };
}

/** `folder/<name>`, or its only or newest version where it holds a folder a version. */
export async function loadModel(folder: string, name: string): Promise<InstalledModel> {
  const found = (await findModels(folder)).filter(
    ({ place }) => place.folder === join(folder, name) || dirname(place.folder) === join(folder, name),
  );
  const newest = found.sort((one, other) => compareVersions(other.manifest.version, one.manifest.version))[0];
  return loadModelAt(newest?.place ?? { folder: join(folder, name) });
}

/** Every model in `folder/<name>` and `folder/<name>/<version>`; a damaged manifest is left out. */
export async function findModels(folder: string, trusted?: readonly string[]): Promise<FoundModel[]> {
  const names = await readdir(folder).catch(() => []);
  const places = await Promise.all(names.map(async (name) => [join(folder, name), ...(await versionsIn(join(folder, name)))]));
  const found = await Promise.all(
    places.flat().map(async (at) => {
      const manifest = await readFile(join(at, 'manifest.json'), 'utf8').then(manifestIn, () => null);
      return manifest ? { place: trusted ? { folder: at, trusted } : { folder: at }, manifest } : null;
    }),
  );
  return found.filter((one) => one !== null);
}

/** By number, part by part: 1.10.0 comes after 1.9.0. */
export function compareVersions(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** The `models` folder of the application: beside the sources, or beside the built code; `LAMPLIGHT_MODELS` overrides it. */
export function shippedModels(): string {
  if (process.env.LAMPLIGHT_MODELS) return process.env.LAMPLIGHT_MODELS;
  for (let at = import.meta.dirname; at !== dirname(at); at = dirname(at)) {
    const models = join(at, 'models');
    if (existsSync(join(models, 'diabetic-retinopathy'))) return models;
  }
  throw new AppError('model-missing');
}

async function versionsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory() && /^\d/.test(entry.name)).map((entry) => join(folder, entry.name));
}
