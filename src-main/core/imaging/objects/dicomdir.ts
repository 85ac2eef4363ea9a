/** The directory of a disc (PS3.3 annex F): which files it lists. Names that would lead out of the medium are told apart and never followed. */
import { tags } from '../parse/data-set.ts';
import { openDicom } from '../parse/part10.ts';
import { MEDIA_DIRECTORY } from '../parse/uids.ts';
import { itemsOf, textsOf, uidOf } from '../parse/values.ts';

export interface Directory {
  /** Paths relative to the directory's own folder, with `/`, and the object's number where it is listed. */
  files: { path: string; uid: string | undefined }[];
  /** Entries whose path leads out of the medium or is no path. */
  outside: number;
}

const RECORDS = 0x00041220;
const FILE_ID = 0x00041500;
const OBJECT_UID = 0x00041511;

/** Undefined where the bytes are not a directory. @throws AppError where they are not DICOM */
export function readDirectory(bytes: Uint8Array): Directory | undefined {
  const { dataSet, meta } = openDicom(bytes);
  const sopClass = uidOf(dataSet, tags.sopClass) ?? uidOf(meta, 0x00020002);
  if (sopClass !== MEDIA_DIRECTORY && !dataSet.elements.has(RECORDS)) return undefined;
  const directory: Directory = { files: [], outside: 0 };
  for (const record of itemsOf(dataSet, RECORDS)) {
    const parts = textsOf(record, FILE_ID);
    if (parts.length === 0) continue;
    if (parts.every(isName)) directory.files.push({ path: parts.join('/'), uid: uidOf(record, OBJECT_UID) });
    else directory.outside++;
  }
  return directory;
}

const isName = (part: string) => part !== '' && part !== '.' && part !== '..' && !/[/\\:\0]/.test(part);
