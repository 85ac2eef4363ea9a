/** lamplight://app/: serves the built page and nothing else, with a Content Security Policy that has a fresh nonce at each load. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { protocol, type Session } from 'electron';
import { type SchemeAnswer, serveScheme } from './electron-compat.ts';

const SCHEME = 'lamplight';
const PAGE_ORIGIN = `${SCHEME}://app`;
export const PAGE_URL = `${PAGE_ORIGIN}/`;

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
};

/** Before the application is ready. */
export function announceScheme(): void {
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true } }]);
}

export function servePage(session: Session, folder: string): void {
  serveScheme(session, SCHEME, (url) => answer(url, folder));
}

/** Text of the policy. Whether it holds is shown by an end-to-end test that fails at each `securitypolicyviolation`. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob:",
    "font-src 'self'",
    "worker-src 'self'",
    "connect-src 'none'",
    // These three do not fall back to default-src.
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

async function answer(url: string, folder: string): Promise<SchemeAnswer> {
  const file = fileOf(url, folder);
  const body = file === null ? null : await readFile(file).catch(() => null);
  if (file === null || body === null)
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: Buffer.from('Not found') };
  const headers = {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  };
  if (extname(file) !== '.html') return { status: 200, headers, body };
  const nonce = randomBytes(16).toString('base64');
  const html = body.toString('utf8').replace('<head>', `<head>\n    <meta name="csp-nonce" content="${nonce}" />`);
  return {
    status: 200,
    headers: { ...headers, 'content-security-policy': contentSecurityPolicy(nonce) },
    body: Buffer.from(html),
  };
}

/** A path without an ending is a screen of the page, whose router knows it. Null where the address is not ours or leaves the folder. */
function fileOf(url: string, folder: string): string | null {
  let path: string;
  try {
    const address = new URL(url);
    if (address.host !== 'app') return null;
    path = decodeURIComponent(address.pathname);
  } catch {
    return null;
  }
  if (path.includes('\0') || path.includes('\\')) return null;
  if (extname(path) === '') return join(folder, 'index.html');
  const file = join(folder, path);
  return file.startsWith(folder + sep) ? file : null;
}
