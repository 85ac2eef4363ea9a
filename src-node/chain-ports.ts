/** Hashing and Ed25519 (RFC 8032) of Node for the audit chain. Raw keys are wrapped into the DER forms that Node reads. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ChainPorts } from '../src-shared/audit/chain.ts';

const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

export const chainPorts: ChainPorts = {
  sha256: (bytes) => hash('sha256', bytes, 'buffer'),
  verify(publicKey, message, signature) {
    if (publicKey.byteLength !== 32 || signature.byteLength !== 64) return false;
    const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  },
  canonical: (value) => canonicalize(value) ?? '',
};

/** @param privateKey the 32-byte seed @returns 64 bytes */
export function signEd25519(privateKey: Uint8Array, message: Uint8Array): Uint8Array {
  return sign(null, message, createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, privateKey]), format: 'der', type: 'pkcs8' }));
}

/** A new pair, both raw (32 bytes). */
export function newEd25519(): { privateKey: Uint8Array; publicKey: Uint8Array } {
  const pair = generateKeyPairSync('ed25519');
  return {
    privateKey: pair.privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_PREFIX.length),
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(SPKI_PREFIX.length),
  };
}
