/** The server's own certificate, made at first start: workstations pin it by its fingerprint, so nobody has to sign it. */
import 'reflect-metadata';
import { createHash, webcrypto, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { writePrivate } from './private-file.ts';

export interface Certificate {
  /** PEM. */
  key: string;
  cert: string;
  /** SHA-256 of the DER of the first certificate. */
  fingerprint: Uint8Array;
}

const VALID_YEARS = 20;
const EC_P256 = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** @param own files of the hospital's certificate, in place of one made here */
export async function serverCertificate(
  folder: string,
  own: { cert: string; key: string } | undefined,
  now: Date,
): Promise<Certificate> {
  const files = own ?? { cert: join(folder, 'certificate.pem'), key: join(folder, 'certificate.key') };
  if (own === undefined && !(existsSync(files.cert) && existsSync(files.key))) await make(files, now);
  const cert = readFileSync(files.cert, 'utf8');
  return {
    cert,
    key: readFileSync(files.key, 'utf8'),
    fingerprint: createHash('sha256').update(new X509Certificate(cert).raw).digest(),
  };
}

async function make(files: { cert: string; key: string }, now: Date): Promise<void> {
  const keys = await webcrypto.subtle.generateKey(EC_P256, true, ['sign', 'verify']);
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + VALID_YEARS);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=Lamplight server',
      notBefore: now,
      notAfter: end,
      keys,
      signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1']),
        new x509.SubjectAlternativeNameExtension([
          { type: 'dns', value: hostname() },
          { type: 'dns', value: 'localhost' },
          { type: 'ip', value: '127.0.0.1' },
        ]),
      ],
    },
    // The library is written against the browser's type of WebCrypto, which Node's is.
    webcrypto as unknown as Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[1],
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  writePrivate(files.key, `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`);
  writePrivate(files.cert, certificate.toString('pem'));
}
