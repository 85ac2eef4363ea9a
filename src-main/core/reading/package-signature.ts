/** Who vouches for an installed model: an Ed25519 signature over the hashes of its files, by a key that IT has trusted in this vault. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { readJson } from '../../../src-shared/json.ts';

export const SIGNATURE_FILE = 'signature.json';
/** Parts this signature from any other that the same key may make. */
const PURPOSE = 'lamplight-model-1';

/** `signature.json` of a package: what was signed, by whom. */
const signatureShape = z.object({
  publisher: z.string().max(120),
  /** Ed25519, raw, base64. */
  key: z.string(),
  /** File name → SHA-256, hex. */
  files: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
  signature: z.string(),
});

export type PackageSignature = z.infer<typeof signatureShape>;

export const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

/** What the publisher signs. */
export function signedBytes(publisher: string, files: Record<string, string>): Uint8Array {
  return Buffer.from(`${PURPOSE}\n${chainPorts.canonical({ publisher, files })}`, 'utf8');
}

/** @throws AppError model-package-broken where the signature is none or does not fit */
export function readSignature(text: string): PackageSignature {
  const parsed = signatureShape.safeParse(readJson(text)).data;
  if (!parsed) throw new AppError('model-package-broken', { what: 'its signature cannot be read' });
  const valid = chainPorts.verify(
    Buffer.from(parsed.key, 'base64'),
    signedBytes(parsed.publisher, parsed.files),
    Buffer.from(parsed.signature, 'base64'),
  );
  if (!valid) throw new AppError('model-package-broken', { what: 'its signature does not fit its contents' });
  return parsed;
}

/**
 * The signature of a folder, checked against its manifest and the trusted keys; the ONNX file is bound by the manifest's hash.
 * @throws AppError model-untrusted, model-damaged
 */
export async function checkSignature(
  folder: string,
  manifestText: string,
  trusted: readonly string[],
): Promise<PackageSignature> {
  const text = await readFile(join(folder, SIGNATURE_FILE), 'utf8').catch(() => null);
  if (text === null) throw new AppError('model-damaged');
  let signature: PackageSignature;
  try {
    signature = readSignature(text);
  } catch (cause) {
    throw new AppError('model-damaged', {}, { cause });
  }
  if (!trusted.includes(signature.key))
    throw new AppError('model-untrusted', { publisher: signature.publisher, key: signature.key });
  if (signature.files['manifest.json'] !== sha256(manifestText)) throw new AppError('model-damaged');
  return signature;
}

/** Who signed an installed folder, by their own word. */
export async function publisherOf(folder: string): Promise<string> {
  const text = await readFile(join(folder, SIGNATURE_FILE), 'utf8').catch(() => '');
  return signatureShape.safeParse(readJson(text)).data?.publisher ?? '';
}
