/** All files of what was dropped, those in folders too. */

/** More than this is taken from a disc or a folder in one go. */
export const FILES_MAX = 20_000;

export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // The entries must be asked for before anything is waited for.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...transfer.files];
  const files: File[] = [];
  for (const entry of entries) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, files: File[]): Promise<void> {
  if (files.length >= FILES_MAX) return;
  if (isFile(entry)) files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
  if (!isFolder(entry)) return;
  const reader = entry.createReader();
  // A reader answers in portions; an empty one is the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const inner of some) await collect(inner, files);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** Whether a folder is among what was dropped; asked before anything is waited for. */
export function holdsFolder(transfer: DataTransfer): boolean {
  return [...transfer.items].some(
    (item) => item.kind === 'file' && item.type === '' && item.webkitGetAsEntry()?.isDirectory === true,
  );
}

/** So many files are looked into, spread over all. */
const LOOKED_INTO = 12;
const PREAMBLE = 128;

/** Whether files are DICOM: by how some of them begin, or a directory of a disc. */
export async function areStudies(files: readonly File[]): Promise<boolean> {
  if (files.some(({ name }) => name.toUpperCase() === 'DICOMDIR')) return true;
  const step = Math.max(1, Math.floor(files.length / LOOKED_INTO));
  const some = files.filter((_file, place) => place % step === 0).slice(0, LOOKED_INTO);
  const heads = await Promise.all(some.map((file) => file.slice(PREAMBLE, PREAMBLE + 4).text()));
  return heads.some((head) => head === 'DICM');
}
