import { hash } from 'node:crypto';

/** Under which name the server keeps what has come of a file: after any break a workstation finds its own upload again. @param sha256 of the content, hex */
export function uploadName(device: string, sha256: string): string {
  return hash('sha256', `${device}\n${sha256}`);
}
