/** HPKE (RFC 9180, base mode): X25519, HKDF-SHA-256, AES-256-GCM. Whoever knows a public key can seal for its holder; only the holder opens. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { AEAD_AES_256_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_X25519_HKDF_SHA256 } from 'hpke';
import { AppError } from '../../../src-shared/errors/index.ts';

export interface BoxKeys {
  /** 32 bytes each. */
  privateKey: Uint8Array;
  publicKey: Uint8Array;
}

const ENCAPSULATED_BYTES = 32;
const suite = new CipherSuite(KEM_DHKEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_256_GCM);
const info = Buffer.from('lamplight/2/slot');

export function newBoxKeys(): BoxKeys {
  return rawKeys(generateKeyPairSync('x25519').privateKey.export({ format: 'jwk' }));
}

/** @param bound associated data: the box opens only where the same is given. @returns encapsulated key (32 bytes) ‖ ciphertext ‖ tag */
export async function sealBox(publicKey: Uint8Array, clear: Uint8Array, bound: string): Promise<Uint8Array> {
  const { encapsulatedSecret, ciphertext } = await suite.Seal(await suite.DeserializePublicKey(publicKey), clear, {
    info,
    aad: Buffer.from(bound),
  });
  return Buffer.concat([encapsulatedSecret, ciphertext]);
}

/** Answers null where keys, bound data or bytes do not fit. */
export async function openBox(keys: BoxKeys, box: Uint8Array, bound: string): Promise<Buffer | null> {
  if (box.byteLength <= ENCAPSULATED_BYTES) return null;
  try {
    const privateKey = await crypto.subtle.importKey('jwk', jwkOf(keys), 'X25519', false, ['deriveBits']);
    const pair = { privateKey, publicKey: await suite.DeserializePublicKey(keys.publicKey) };
    return Buffer.from(
      await suite.Open(pair, box.subarray(0, ENCAPSULATED_BYTES), box.subarray(ENCAPSULATED_BYTES), {
        info,
        aad: Buffer.from(bound),
      }),
    );
  } catch {
    return null;
  }
}

/** A public key as IT holds it: PEM (SPKI, as `openssl pkey -pubout` writes it) or 64 hexadecimal digits. Throws `escrow-key-unreadable`. */
export function readPublicKey(text: string): Uint8Array {
  const plain = text.trim();
  if (/^[0-9a-f]{64}$/i.test(plain)) return Buffer.from(plain, 'hex');
  try {
    const { crv, x } = createPublicKey(plain).export({ format: 'jwk' });
    if (crv === 'X25519' && x) return Buffer.from(x, 'base64url');
  } catch {
    // Said below.
  }
  throw new AppError('escrow-key-unreadable');
}

/** A private key as IT holds it: PEM (PKCS #8) or 64 hexadecimal digits. Throws `escrow-key-unreadable`. */
export function readPrivateKey(text: string): BoxKeys {
  const plain = text.trim();
  try {
    // RFC 8410, 7: the fixed beginning of a PKCS #8 document that holds an X25519 key.
    const key = /^[0-9a-f]{64}$/i.test(plain)
      ? createPrivateKey({ key: Buffer.from(`302e020100300506032b656e04220420${plain}`, 'hex'), format: 'der', type: 'pkcs8' })
      : createPrivateKey(plain);
    if (key.asymmetricKeyType === 'x25519') return rawKeys(key.export({ format: 'jwk' }));
  } catch {
    // Said below.
  }
  throw new AppError('escrow-key-unreadable');
}

/** Both keys as PEM, which openssl reads and writes too. */
export function pemOf(keys: BoxKeys): { privateKey: string; publicKey: string } {
  const privateKey = createPrivateKey({ key: jwkOf(keys), format: 'jwk' });
  return {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function jwkOf({ privateKey, publicKey }: BoxKeys) {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  return { kty: 'OKP', crv: 'X25519', d: text(privateKey), x: text(publicKey) };
}

function rawKeys({ d = '', x = '' }: { d?: string; x?: string }): BoxKeys {
  return { privateKey: Buffer.from(d, 'base64url'), publicKey: Buffer.from(x, 'base64url') };
}
