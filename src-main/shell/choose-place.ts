/** Dialogs in which a person chooses a folder or file. The path goes to the core; the page gets a handle and a name to show. */
import { type BrowserWindow, dialog } from 'electron';
import type { Choice } from '../../src-shared/contract/shell.ts';

const ENDING = 'lamplight-backup';
const filters = [{ name: 'Lamplight backup', extensions: [ENDING] }];

/** Undefined where the person thought better of it. */
export async function choosePlace(window: BrowserWindow, what: Choice): Promise<string | undefined> {
  if (what === 'backup-save') {
    const day = new Date().toISOString().slice(0, 10);
    return (
      (await dialog.showSaveDialog(window, { title: 'Save the backup', defaultPath: `lamplight-${day}.${ENDING}`, filters }))
        .filePath || undefined
    );
  }
  const { filePaths } =
    what === 'backup-folder'
      ? await dialog.showOpenDialog(window, { title: 'Folder for backups', properties: ['openDirectory', 'createDirectory'] })
      : await dialog.showOpenDialog(window, { title: 'Open a backup', properties: ['openFile'], filters });
  return filePaths[0];
}
