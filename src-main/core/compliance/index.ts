/** The check of compliance: evidence from the vault itself. It can fail. */
import type { ComplianceReport } from '../../../src-shared/contract/compliance.ts';
import { type Handlers, query } from '../bind.ts';
import { type DeviceKeys, type OpenVault, readKeyFile } from '../vault/index.ts';
import type { Looker } from './check.ts';
import { deviceKey, emergencyAccess, idleLock, incidentsReviewed, logChain, logReceipts, logSeals, passwordStretching, recoveryWays, secondFactor, swap, uniqueUsers } from './people-checks.ts';
import { backupAge, backupElsewhere, backupTested, build, retention, serverPinned } from './record-checks.ts';
import { databaseEncrypted, databaseSound, filesEncrypted, folderUnreadable, keyFilesClosed, schemaCurrent } from './vault-checks.ts';

const lookers: readonly Looker[] = [
  databaseEncrypted, databaseSound, filesEncrypted, folderUnreadable, keyFilesClosed, passwordStretching, deviceKey, recoveryWays, swap,
  uniqueUsers, secondFactor, idleLock, emergencyAccess, logChain, logSeals, logReceipts, incidentsReviewed, retention,
  backupAge, backupTested, backupElsewhere, serverPinned, schemaCurrent, build,
];

export interface ComplianceHost {
  vault: OpenVault;
  log: { publicKey: Uint8Array };
}

export function complianceProcedures({ vault, log }: ComplianceHost, deviceKeys: DeviceKeys): Handlers {
  return {
    'compliance.verify': query(async ({ clock, chance, device }): Promise<ComplianceReport> => {
      const looked = { vault, db: vault.db, keys: readKeyFile(vault.dir), clock, chance, deviceKeys, device, publicKey: log.publicKey };
      const checks = [];
      // One after the other: each reads the disk.
      for (const look of lookers) checks.push(await look(looked));
      return { ok: checks.every(({ severity, ok }) => ok || severity === 'note'), at: new Date(clock.now()).toISOString(), checks };
    }),
  };
}
