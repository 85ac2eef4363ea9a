/** Taking a signed package in: everything is checked before a file is written, and a folder appears whole or not at all. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../../src-shared/errors/index.ts';
import type { Context } from '../context.ts';
import { openNetwork } from './engine/network.ts';
import { probeTensor } from './engine/probe.ts';
import type { Manifest } from './manifest.ts';
import { forgetModels, installedDir, knownModels, trustedKeys } from './models-in-use.ts';
import { fingerprintOf, openPackage, PACKAGE_BYTES_MAX } from './package.ts';

/** @throws AppError model-package-broken, model-untrusted, model-version */
export async function installPackage(context: Context, bytes: Uint8Array): Promise<{ id: string; version: string }> {
  const { manifest, signature, files } = openPackage(bytes);
  if (!trustedKeys(context.vault.db).includes(signature.key))
    throw new AppError('model-untrusted', { publisher: signature.publisher, key: fingerprintOf(signature.key) });
  const { id, version } = manifest;
  if ((await knownModels(context)).some((one) => one.manifest.id === id && one.manifest.version === version))
    throw new AppError('model-version', { what: `${id} ${version} is installed already` });
  await answersAsItSays(manifest, files.get(manifest.file) ?? new Uint8Array());
  const folder = join(installedDir(context), id, version);
  const fresh = join(installedDir(context), `.new-${context.chance.id()}`);
  mkdirSync(fresh, { recursive: true, mode: 0o700 });
  try {
    for (const [name, contents] of files) writeFileSync(join(fresh, name), contents, { mode: 0o600, flag: 'wx' });
    context.write({ action: 'C', procedure: 'models.install', model: `${id} ${version}` }, (tx) => {
      mkdirSync(dirname(folder), { recursive: true, mode: 0o700 });
      // What an interrupted removal left behind.
      rmSync(folder, { recursive: true, force: true });
      renameSync(fresh, folder);
      tx.db
        .prepare("INSERT INTO model_use_log (model, act, version, by, at) VALUES (?, 'install', ?, ?, ?)")
        .run(id, version, tx.author, tx.at);
      tx.touched({ type: 'Model', id: `${id}-${version}` });
      tx.changed(['models']);
    });
  } catch (thrown) {
    rmSync(fresh, { recursive: true, force: true });
    throw thrown;
  }
  forgetModels(context.vault.db);
  return { id, version };
}

/** @throws AppError file-unreadable, file-too-large */
export async function readPackage(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new AppError('file-unreadable');
  if (found.size > PACKAGE_BYTES_MAX)
    throw new AppError('file-too-large', { size: `${Math.round(found.size / 1e6)} MB`, limit: `${PACKAGE_BYTES_MAX / 1e6} MB` });
  return readFile(path).catch((cause: unknown) => {
    throw new AppError('file-unreadable', {}, { cause });
  });
}

/** Moves the folder away first, so that a half-removed model is none. */
export function removeInstalled(folder: string): void {
  const gone = join(dirname(dirname(folder)), `.gone-${basename(dirname(folder))}-${basename(folder)}`);
  rmSync(gone, { recursive: true, force: true });
  renameSync(folder, gone);
  rmSync(gone, { recursive: true, force: true });
}

/** The card, or nothing where there is none. */
export function cardOf(folder: string): Promise<string> {
  return readFile(join(folder, 'card.md'), 'utf8').catch(() => '');
}

/** A network that cannot be opened here, or lacks an output that its manifest names, is found now and not at the first patient. */
async function answersAsItSays(manifest: Manifest, onnx: Uint8Array): Promise<void> {
  const broken = (what: string, cause?: unknown) => new AppError('model-package-broken', { what }, { cause });
  const network = await openNetwork(onnx, manifest.input, 'cpu', 1).catch((cause: unknown) => {
    throw broken('this version of the application cannot run its network', cause);
  });
  try {
    const outputs = await network.run(probeTensor(manifest.input.size)).catch((cause: unknown) => {
      throw broken('its network does not take the input that its manifest names', cause);
    });
    const missing = Object.values(manifest.outputs).find((name) => name !== undefined && !(name in outputs));
    if (missing !== undefined) throw broken(`its network has no output called ${missing}`);
  } finally {
    await network.close();
  }
}
