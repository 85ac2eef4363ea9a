/**
 * HTTP Message Signatures (RFC 9421) and Digest Fields (RFC 9530), in the one profile that we use: method, path, query and content digest,
 * Ed25519, with time and nonce. Hashing and signing are the caller's.
 */
export const REQUEST_AGE_SECONDS_MAX = 300;
const COMPONENTS = '("@method" "@path" "@query" "content-digest")';
const INPUT =
  /^sig=(\("@method" "@path" "@query" "content-digest"\);created=(\d{1,12});nonce="([A-Za-z0-9_-]{16,64})";keyid="([A-Za-z0-9._-]{1,64})";alg="ed25519")$/;
const SIGNATURE = /^sig=:([A-Za-z0-9+/]{86}==):$/;

export interface SignedParts {
  method: string;
  /** Path with query, as on the request line. */
  target: string;
  /** Value of the Content-Digest header. */
  digest: string;
}

export interface SignatureInput {
  /** Seconds since 1970. */
  created: number;
  nonce: string;
  keyId: string;
}

/** The Content-Digest header for a SHA-256 in base64. */
export function contentDigest(sha256Base64: string): string {
  return `sha-256=:${sha256Base64}:`;
}

/** The signature base (RFC 9421, 2.5) and the Signature-Input header that goes with it. */
export function signatureBase(parts: SignedParts, input: SignatureInput): { base: string; header: string } {
  const parameters = `${COMPONENTS};created=${input.created};nonce="${input.nonce}";keyid="${input.keyId}";alg="ed25519"`;
  return { base: baseOf(parts, parameters), header: `sig=${parameters}` };
}

export interface ReadSignature extends SignatureInput {
  base: string;
  signatureBase64: string;
}

/** What the two headers of a request say, or null where they are not of our profile. */
export function readSignature(
  parts: SignedParts,
  inputHeader: string | undefined,
  signatureHeader: string | undefined,
): ReadSignature | null {
  const input = INPUT.exec(inputHeader ?? '');
  const signature = SIGNATURE.exec(signatureHeader ?? '');
  const [, parameters, created, nonce, keyId] = input ?? [];
  const signatureBase64 = signature?.[1];
  if (
    parameters === undefined ||
    created === undefined ||
    nonce === undefined ||
    keyId === undefined ||
    signatureBase64 === undefined
  )
    return null;
  return { created: Number(created), nonce, keyId, base: baseOf(parts, parameters), signatureBase64 };
}

function baseOf({ method, target, digest }: SignedParts, parameters: string): string {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  return [
    `"@method": ${method.toUpperCase()}`,
    `"@path": ${path}`,
    `"@query": ${mark < 0 ? '?' : target.slice(mark)}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${parameters}`,
  ].join('\n');
}
