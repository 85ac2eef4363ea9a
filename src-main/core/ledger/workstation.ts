import { createHash } from 'node:crypto';
import { workstationTag } from '../../../src-shared/ledger/event.ts';

/** What people call a workstation: four characters that are the same everywhere. */
export function tagOf(device: string): string {
  return workstationTag(createHash('sha256').update(device).digest('hex'));
}

export function nameOfWorkstation(device: string): string {
  return `workstation ${tagOf(device)}`;
}
