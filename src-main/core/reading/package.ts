/** A model as one file: a zip of manifest.json, the ONNX file, card.md and signature.json. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { chainPorts, signEd25519 } from '../../../src-node/chain-ports.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Manifest, manifestIn } from './manifest.ts';
import { type PackageSignature, readSignature, SIGNATURE_FILE, sha256, signedBytes } from './package-signature.ts';

/** Unpacked, all files together: ten times the largest network of this kind. */
const BYTES_MAX = 400_000_000;
/** Packed: networks hardly get smaller. */
export const PACKAGE_BYTES_MAX = BYTES_MAX;
const NAMES_MAX = 16;
/** A file of the package: no folders, no hidden files. */
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
/** What a folder's package takes along beside the network. */
const TAKEN = /^(?:manifest\.json|card\.md|metrics\.md|[\w.-]+\.(?:onnx|png))$/;

export interface ModelPackage {
  readonly manifest: Manifest;
  readonly signature: PackageSignature;
  /** Name → contents, all bound by the signature but `signature.json` itself. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/**
 * Opens a package that may be hostile: sizes are bounded before anything is unpacked, and every file must be signed.
 * @throws AppError model-package-broken
 */
export function openPackage(bytes: Uint8Array): ModelPackage {
  const files = unpack(bytes);
  const text = (name: string) => {
    const file = files.get(name);
    if (!file) throw broken(`${name} is missing in it`);
    return Buffer.from(file).toString('utf8');
  };
  const signature = readSignature(text(SIGNATURE_FILE));
  for (const [name, file] of files) {
    if (name !== SIGNATURE_FILE && signature.files[name] !== sha256(file))
      throw broken(`${name} was changed after it was signed`);
  }
  const manifest = manifestIn(text('manifest.json'));
  if (!manifest) throw broken('its manifest is not one that this version knows');
  const onnx = files.get(manifest.file);
  if (!onnx || sha256(onnx) !== manifest.sha256) throw broken('the network does not match its manifest');
  return { manifest, signature, files };
}

/** Makes a package of a model's folder. @param key the publisher's private key, raw (32 bytes) */
export async function makePackage(
  folder: string,
  publisher: string,
  key: { privateKey: Uint8Array; publicKey: Uint8Array },
): Promise<Uint8Array> {
  const names = (await readdir(folder)).filter((name) => TAKEN.test(name));
  const files = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const)),
  );
  const hashes = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
  const signature: PackageSignature = {
    publisher,
    key: Buffer.from(key.publicKey).toString('base64'),
    files: hashes,
    signature: Buffer.from(signEd25519(key.privateKey, signedBytes(publisher, hashes))).toString('base64'),
  };
  const zip = zipSync({ ...files, [SIGNATURE_FILE]: Buffer.from(JSON.stringify(signature, null, 2)) }, { level: 6 });
  openPackage(zip);
  return zip;
}

/** A public key as it is kept: base64 of 32 bytes. */
export function keyOf(text: string): string {
  const bytes = Buffer.from(text.trim(), 'base64');
  if (bytes.byteLength !== 32) throw new AppError('invalid-input', { what: 'the key is not an Ed25519 public key in base64' });
  return bytes.toString('base64');
}

/** Short form of a key to compare by eye: the first 16 hex digits of its SHA-256, in fours. */
export function fingerprintOf(key: string): string {
  return (
    Buffer.from(chainPorts.sha256(Buffer.from(key, 'base64')))
      .toString('hex')
      .slice(0, 16)
      .match(/.{4}/g) ?? []
  ).join(' ');
}

function unpack(bytes: Uint8Array): Map<string, Uint8Array> {
  let total = 0;
  let count = 0;
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize, size }) => {
        total += Math.max(originalSize, size);
        if (++count > NAMES_MAX || total > BYTES_MAX) throw broken('it is larger than any model');
        if (!NAME.test(name)) throw broken('it holds files that do not belong to a model');
        return true;
      },
    });
    return new Map(Object.entries(files));
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('model-package-broken', { what: 'it is not a zip file, or it breaks off' }, { cause: thrown });
  }
}

function broken(what: string): AppError {
  return new AppError('model-package-broken', { what });
}
