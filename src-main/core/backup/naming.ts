/** How files of backups are called. */

export const ENDING = '.lamplight-backup';

/** A time as it stands in a name: without what file systems refuse. */
export function stampOf(iso: string): string {
  return iso.replaceAll(':', '').replace(/\.\d+/, '');
}
