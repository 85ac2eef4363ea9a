/** One line of the report, and what a check may look at. */
import type { Check, CheckId } from '../../../src-shared/contract/compliance.ts';
import type { Chance, Clock, Db } from '../context.ts';
import type { DeviceKeys, KeyFile, OpenVault } from '../vault/index.ts';

export interface Looked {
  vault: OpenVault;
  db: Db;
  keys: KeyFile;
  clock: Clock;
  chance: Chance;
  deviceKeys: DeviceKeys;
  /** Of this device, for its log. */
  device: string;
  publicKey: Uint8Array;
}

export type Looker = (looked: Looked) => Check | Promise<Check>;

/** Paragraphs that several checks answer. */
export const law = {
  access: '45 CFR 164.312(a)(1)',
  uniqueUsers: '45 CFR 164.312(a)(2)(i)',
  emergency: '45 CFR 164.312(a)(2)(ii)',
  logoff: '45 CFR 164.312(a)(2)(iii)',
  encryption: '45 CFR 164.312(a)(2)(iv)',
  auditControls: '45 CFR 164.312(b)',
  integrity: '45 CFR 164.312(c)(1)',
  authenticity: '45 CFR 164.312(c)(2)',
  authentication: '45 CFR 164.312(d)',
  transmission: '45 CFR 164.312(e)(1)',
  activityReview: '45 CFR 164.308(a)(1)(ii)(D)',
  incidents: '45 CFR 164.308(a)(6)(ii)',
  backupPlan: '45 CFR 164.308(a)(7)(ii)(A)',
  recoveryPlan: '45 CFR 164.308(a)(7)(ii)(B)',
  planTesting: '45 CFR 164.308(a)(7)(ii)(D)',
  evaluation: '45 CFR 164.308(a)(8)',
  media: '45 CFR 164.310(d)(1)',
  mediaBackup: '45 CFR 164.310(d)(2)(iv)',
  workstation: '45 CFR 164.310(c)',
  security: 'GDPR Art. 32(1)(a)',
  resilience: 'GDPR Art. 32(1)(b)',
  restoring: 'GDPR Art. 32(1)(c)',
  testing: 'GDPR Art. 32(1)(d)',
  accountability: 'GDPR Art. 5(2)',
  storageLimit: 'GDPR Art. 5(1)(e)',
  intact: 'GDPR Art. 5(1)(f)',
  breach: 'GDPR Art. 33(1)',
} as const;

export function fails(id: CheckId, ok: boolean, evidence: string, ...cites: string[]): Check {
  return { id, severity: 'fail', ok, evidence, cites };
}

export function note(id: CheckId, ok: boolean, evidence: string, ...cites: string[]): Check {
  return { id, severity: 'note', ok, evidence, cites };
}

/** `1 file`, `3 files`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
