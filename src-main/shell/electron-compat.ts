/** What differs between the Electron versions that run us (22 to 45). The only file that asks which one it is. */
import type { Session } from 'electron';

export interface SchemeAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** `protocol.registerBufferProtocol`, which Electron 25 deprecates and Electron 22 only has. */
interface BufferProtocol {
  registerBufferProtocol(
    scheme: string,
    handler: (
      request: { url: string; method: string },
      callback: (answer: { statusCode: number; headers: Record<string, string>; mimeType: string; data: Buffer }) => void,
    ) => void,
  ): void;
}

/** Serves a scheme of ours in one session. */
export function serveScheme(session: Session, scheme: string, answer: (url: string) => Promise<SchemeAnswer>): void {
  if (typeof session.protocol.handle === 'function') {
    session.protocol.handle(scheme, async (request) => {
      const { status, headers, body } = await answer(request.url);
      return new Response(new Uint8Array(body), { status, headers });
    });
    return;
  }
  // Below Electron 25 the object has the older function instead; the types describe the newest version only.
  const older = session.protocol as unknown as BufferProtocol;
  older.registerBufferProtocol(scheme, (request, callback) => {
    answer(request.url).then(({ status, headers, body }) => {
      const mimeType = (headers['content-type'] ?? 'application/octet-stream').split(';')[0] ?? '';
      callback({ statusCode: status, headers, mimeType, data: body });
    });
  });
}

/** Where the core can run: better-sqlite3-multiple-ciphers crashes the process below Node-API 10. */
export function coreKind(): 'utility' | 'child' {
  return Number(process.versions.napi) >= 10 ? 'utility' : 'child';
}
