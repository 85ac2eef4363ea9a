/** Dialogs in which a person chooses a folder or file. The path goes to the core; the page gets a handle and a name to show. */
import { type BrowserWindow, dialog } from 'electron';
import type { Choice } from '../../src-shared/contract/shell.ts';

const ENDING = 'lamplight-backup';
/** What is saved by whom: a whole record for its patient, the proof of an erasure. */
const savings = {
  'record-save': { title: 'Save the record for the patient', name: 'record', ending: 'zip', kind: 'Zip archive' },
  'proof-save': { title: 'Save the proof', name: 'erasure-proof', ending: 'json', kind: 'Signed proof' },
} as const;

const filters = [{ name: 'Lamplight backup', extensions: [ENDING] }];

/** Documents that the core hands out: the kind decides name and ending. */
const documents: Partial<Record<Choice, { title: string; ending: string }>> = {
  'save-zip': { title: 'Save the study', ending: 'zip' },
  'save-pdf': { title: 'Save the report', ending: 'pdf' },
  'save-text': { title: 'Save the report', ending: 'txt' },
  'save-jsonl': { title: 'Save the log', ending: 'jsonl' },
  'save-json': { title: 'Save the log', ending: 'json' },
  'save-csv': { title: 'Save the log', ending: 'csv' },
  'save-readings-pdf': { title: 'Save the report of the readings', ending: 'pdf' },
  'save-readings-csv': { title: 'Save the report of the readings', ending: 'csv' },
  'save-summary-pdf': { title: 'Save the patient summary', ending: 'pdf' },
  'save-summary-json': { title: 'Save the patient summary', ending: 'json' },
};

/** Undefined where the person thought better of it. */
export async function choosePlace(window: BrowserWindow, what: Choice): Promise<string | undefined> {
  const day = new Date().toISOString().slice(0, 10);
  if (what === 'record-save' || what === 'proof-save') {
    const { title, name, ending, kind } = savings[what];
    const chosen = await dialog.showSaveDialog(window, {
      title,
      defaultPath: `${name}-${day}.${ending}`,
      filters: [{ name: kind, extensions: [ending] }],
    });
    return chosen.filePath || undefined;
  }
  if (what === 'backup-save') {
    return (
      (await dialog.showSaveDialog(window, { title: 'Save the backup', defaultPath: `lamplight-${day}.${ENDING}`, filters }))
        .filePath || undefined
    );
  }
  const document = documents[what];
  if (document) {
    const { title, ending } = document;
    const day = new Date().toISOString().slice(0, 10);
    return (
      (
        await dialog.showSaveDialog(window, {
          title,
          defaultPath: `lamplight-${day}.${ending}`,
          filters: [{ name: ending, extensions: [ending] }],
        })
      ).filePath || undefined
    );
  }
  if (what === 'vault-folder')
    return (await dialog.showOpenDialog(window, { title: 'Folder of the vault', properties: ['openDirectory'] })).filePaths[0];
  if (what === 'image-folder')
    return (await dialog.showOpenDialog(window, { title: 'Folder with pictures', properties: ['openDirectory'] })).filePaths[0];
  if (what === 'model-package') {
    const packages = [{ name: 'Model package', extensions: ['lamplight-model', 'zip'] }];
    return (await dialog.showOpenDialog(window, { title: 'Install a model', properties: ['openFile'], filters: packages }))
      .filePaths[0];
  }
  const { filePaths } =
    what === 'backup-folder'
      ? await dialog.showOpenDialog(window, { title: 'Folder for backups', properties: ['openDirectory', 'createDirectory'] })
      : await dialog.showOpenDialog(window, { title: 'Open a backup', properties: ['openFile'], filters });
  return filePaths[0];
}
