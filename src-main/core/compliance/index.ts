/** The check of compliance: evidence from the vault itself. It can fail. */
import { type Check, type CheckId, type ComplianceReport, checkIds } from '../../../src-shared/contract/compliance.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Handlers, query } from '../bind.ts';
import { isoTime } from '../ports.ts';
import { type DeviceKeys, diskError, type OpenVault, readKeyFile } from '../vault/index.ts';
import { fails, type Looked, type Looker, law } from './check.ts';
import {
  deviceKey,
  emergencyAccess,
  idleLock,
  incidentsReviewed,
  logChain,
  logReceipts,
  logSeals,
  noticesWhole,
  passwordStretching,
  recoveryWays,
  secondFactor,
  swap,
  uniqueUsers,
} from './people-checks.ts';
import { backupAge, backupElsewhere, backupTested, build, retention, serverPinned } from './record-checks.ts';
import {
  databaseEncrypted,
  databaseSound,
  filesEncrypted,
  folderUnreadable,
  keyFilesClosed,
  schemaCurrent,
} from './vault-checks.ts';

const lookers: Readonly<Record<CheckId, Looker>> = {
  'database-encrypted': databaseEncrypted,
  'database-sound': databaseSound,
  'files-encrypted': filesEncrypted,
  'folder-unreadable': folderUnreadable,
  'key-files-closed': keyFilesClosed,
  'password-stretching': passwordStretching,
  'device-key': deviceKey,
  'recovery-ways': recoveryWays,
  swap,
  'unique-users': uniqueUsers,
  'second-factor': secondFactor,
  'idle-lock': idleLock,
  'emergency-access': emergencyAccess,
  'log-chain': logChain,
  'log-seals': logSeals,
  'log-receipts': logReceipts,
  'notices-whole': noticesWhole,
  'incidents-reviewed': incidentsReviewed,
  retention,
  'backup-age': backupAge,
  'backup-tested': backupTested,
  'backup-elsewhere': backupElsewhere,
  'server-pinned': serverPinned,
  'schema-current': schemaCurrent,
  build,
};

export interface ComplianceHost {
  vault: OpenVault;
  log: { publicKey: Uint8Array };
}

export function complianceProcedures({ vault, log }: ComplianceHost, deviceKeys: DeviceKeys): Handlers {
  return {
    'compliance.verify': query(async ({ clock, chance, device }): Promise<ComplianceReport> => {
      const looked = {
        vault,
        db: vault.db,
        keys: readKeyFile(vault.dir),
        clock,
        chance,
        deviceKeys,
        device,
        publicKey: log.publicKey,
      };
      const checks: Check[] = [];
      // One after the other: each reads the disk.
      for (const id of checkIds) checks.push(await answered(id, looked));
      return {
        ok: checks.every(({ severity, ok }) => ok || severity === 'note'),
        at: isoTime(clock),
        checks,
      };
    }),
  };
}

/** A damaged page must not keep the rest from being looked at. */
async function answered(id: CheckId, looked: Looked): Promise<Check> {
  try {
    return await lookers[id](looked);
  } catch (thrown) {
    const failure = diskError(thrown);
    if (!(failure instanceof AppError)) throw thrown;
    return fails(id, false, `This could not be looked at: ${failure.message}`, law.evaluation);
  }
}
