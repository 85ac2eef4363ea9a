/** Resumable uploads (tus 1.0) by @tus/server. An upload is named by device and content, so that after any break the device finds its own again. */
import { join } from 'node:path';
import { FileStore } from '@tus/file-store';
import { Server } from '@tus/server';
import { uploadName } from '../../src-node/upload-name.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import { FILE_BYTES_MAX, type FileDeclaration, fileDeclaration } from '../../src-shared/sync/protocol.ts';
import type { FileRoom } from './index.ts';

export const UPLOAD_PATH = '/api/v1/files/upload';
/** Set by the route after the signature was checked; whatever a client sends under this name is overwritten. */
export const DEVICE_HEADER = 'lamplight-device';

export function tusServer(room: FileRoom, now: () => Date): Server {
  return new Server({
    path: UPLOAD_PATH,
    relativeLocation: true,
    maxSize: FILE_BYTES_MAX,
    datastore: new FileStore({ directory: room.uploads }),
    namingFunction: (request, metadata) => uploadName(deviceOf(request), declarationIn(metadata).sha256),
    onUploadCreate: async (_request, upload) => {
      if (declarationIn(upload.metadata).size !== upload.size)
        throw { status_code: 400, body: 'The length is not the declared size.' };
      return {};
    },
    onUploadFinish: async (request, upload) => {
      await room
        .take(join(room.uploads, upload.id), declarationIn(upload.metadata), deviceOf(request), now().toISOString())
        .catch((thrown: unknown) => {
          throw thrown instanceof AppError ? { status_code: 422, body: thrown.message } : thrown;
        });
      return {};
    },
  });
}

function deviceOf(request: { headers: Headers }): string {
  return request.headers.get(DEVICE_HEADER) ?? '';
}

/** The declaration travels as one item of the upload's metadata. */
function declarationIn(metadata: Record<string, string | null> | undefined): FileDeclaration {
  try {
    return fileDeclaration.parse(JSON.parse(metadata?.file ?? ''));
  } catch {
    throw { status_code: 400, body: 'The file is not declared as it should be.' };
  }
}
