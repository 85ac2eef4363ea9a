/** What is recorded: each work is told what its folder is and says what has been acknowledged. */
import { cpSync } from 'node:fs';
import { join, relative } from 'node:path';
import { restoreBackup } from '../../src-main/core/backup/index.ts';
import { runPlan } from '../../src-main/core/backup/plan.ts';
import { writeBackup } from '../../src-main/core/backup/write.ts';
import { openClinic, SYSTEM } from '../../src-main/core/context-of.ts';
import { systemChance } from '../../src-main/core/ports.ts';
import {
  createVault,
  makeFolder,
  newBoxKeys,
  type OpenVault,
  openDeviceKeys,
  openVault,
  pemOf,
  type VaultPorts,
} from '../../src-main/core/vault/index.ts';
import { root } from '../../src-node/root.ts';
import type { BackupCounts } from '../../src-shared/contract/backup.ts';
import type { Fact } from './log.ts';
import { peopleWork } from './people.ts';

export interface Work {
  folder: string;
  ports: VaultPorts;
  /** Of the vault that `fresh` has made. */
  recoveryCode?: string;
  acknowledge(fact: Fact): void;
}

export const AMINA = {
  userName: 'amina',
  displayName: 'Amina',
  password: 'correct horse battery',
  roles: ['it-admin', 'clinician'] as const,
};
export const JOSEPH = { id: 'person-joseph', userName: 'joseph', password: 'quite another phrase' };

/** The clock stands still, so that Argon2 stays at its floor. */
export async function portsOf(folder: string): Promise<VaultPorts> {
  const deviceKeys = await openDeviceKeys({ LAMPLIGHT_DEVICE_KEY_DIR: join(folder, 'device-keys') });
  return { clock: { now: () => Date.parse('2026-11-22T08:00:00Z') }, chance: systemChance, deviceKeys };
}

const DAY_MS = 86_400_000;
/** Nobody cancels here. */
const job = { id: 'job', signal: new AbortController().signal, progress: () => {} };

export const vaultDir = (folder: string) => join(folder, 'vault');

/** A new vault with every kind of slot. */
async function fresh(work: Work): Promise<{ vault: OpenVault; user: string }> {
  const { folder, ports, acknowledge } = work;
  const { vault, recoveryCode, user } = await createVault(ports, { dir: vaultDir(folder), sample: false, user: AMINA });
  acknowledge({ kind: 'slot', who: 'amina', secret: AMINA.password });
  acknowledge({ kind: 'slot', who: 'recovery', secret: recoveryCode });
  work.recoveryCode = recoveryCode;
  const escrow = newBoxKeys();
  (await vault.addEscrow({ name: 'Hospital', publicKey: escrow.publicKey }))();
  acknowledge({ kind: 'slot', who: 'escrow', secret: pemOf(escrow).privateKey });
  await vault.addUserSlot(JOSEPH);
  acknowledge({ kind: 'slot', who: 'joseph', secret: JOSEPH.password });
  return { vault, user };
}

async function write(vault: OpenVault, work: Work, from: number, count: number): Promise<void> {
  for (let n = from; n < from + count; n++) {
    const id = `row-${n}`;
    vault.db.prepare('INSERT INTO setting (key, value) VALUES (?, ?)').run(id, JSON.stringify('x'.repeat((n * 997) % 9000)));
    work.acknowledge({ kind: 'row', table: 'setting', id });
    if (n % 3 !== 0) continue;
    const text = `letter ${n} `.repeat(n * 50);
    const written = await vault.files.write(`patient-${n % 2}`, 'letter', 'text/plain', Buffer.from(text));
    const file = vault.db.transaction(() => vault.files.record(vault.db, written, 'now'))();
    work.acknowledge({ kind: 'file', id: file, text });
  }
}

export const works: Readonly<Record<string, (work: Work) => Promise<void>>> = {
  /** Rows and files, with checkpoints between. */
  async writes(work) {
    const { vault } = await fresh(work);
    await write(vault, work, 0, 12);
    vault.db.pragma('wal_checkpoint(TRUNCATE)');
    await write(vault, work, 12, 12);
    vault.close();
    const again = await openVault(work.ports, vaultDir(work.folder), AMINA.userName, AMINA.password);
    await write(again.vault, work, 24, 9);
    again.vault.db.pragma('wal_checkpoint(PASSIVE)');
    await write(again.vault, work, 33, 6);
    again.vault.close();
  },

  /** Two new vault keys, with writes before, while the copy grows, and after. */
  async rotation(work) {
    let { vault } = await fresh(work);
    for (let turn = 0; turn < 2; turn++) {
      await write(vault, work, turn * 10, 6);
      const handed = vault.handOver();
      const copying = handed.copy(job);
      await write(vault, work, turn * 10 + 6, 3);
      await copying;
      await write(vault, work, turn * 10 + 9, 1);
      vault.close();
      await handed.rotate();
      work.acknowledge({ kind: 'generation', number: turn + 2 });
      vault = handed.reopen();
    }
    await write(vault, work, 20, 6);
    vault.close();
  },

  /** Passwords, recovery code, people and escrow keys come and go. */
  async slots(work) {
    const { vault, user } = await fresh(work);
    for (let turn = 0; turn < 3; turn++) {
      const present = turn === 0 ? AMINA.password : `phrase number ${turn - 1}`;
      const password = `phrase number ${turn}`;
      (await vault.changePassword({ id: user, userName: AMINA.userName, password }, present))();
      work.acknowledge({ kind: 'slot', who: 'amina', secret: password });
      const { code, put } = await vault.newRecoveryCode();
      put();
      work.acknowledge({ kind: 'slot', who: 'recovery', secret: code });
      vault.removeUserSlot(JOSEPH.id);
      work.acknowledge({ kind: 'no-slot', who: 'joseph' });
      await vault.addUserSlot(JOSEPH);
      work.acknowledge({ kind: 'slot', who: 'joseph', secret: JOSEPH.password });
    }
    vault.close();
  },

  people: ({ folder, ports, acknowledge }) => peopleWork({ dir: vaultDir(folder), ports }, acknowledge),

  /** A vault of the first version is opened, with its copy, then written to. */
  async migration(work) {
    work.acknowledge({ kind: 'slot', who: 'amina', secret: AMINA.password });
    work.acknowledge({ kind: 'slot', who: 'joseph', secret: JOSEPH.password });
    work.acknowledge({ kind: 'slot', who: 'recovery', secret: 'FCD4-1MWH-FRRB-D9DT-MPFK-JCR1-JAMN-WXAJ-F' });
    work.acknowledge({ kind: 'row', table: 'setting', id: 'clinic' });
    work.acknowledge({ kind: 'file', id: '0190aaaa-0000-7000-8000-000000000001', text: 'a file of the first version' });
    const { vault } = await openVault(work.ports, vaultDir(work.folder), AMINA.userName, AMINA.password);
    await write(vault, work, 0, 6);
    vault.close();
  },

  /** Backups by the plan, each restored for a test, the oldest removed; then one in a single file, replaced by a newer one. */
  async backup(work) {
    const { vault } = await fresh(work);
    const clock = { ms: work.ports.clock.now(), now: () => clock.ms };
    const clinic = openClinic(vault, { clock, chance: systemChance, emit: () => {} });
    const context = clinic.contextOf(SYSTEM);
    const away = join(work.folder, 'away');
    makeFolder(away);
    vault.db
      .prepare('INSERT INTO backup_plan (only, folder, every_days, keep, set_at) VALUES (1, ?, 1, 3, ?)')
      .run(away, '2026-11-22T08:00:00.000Z');
    const known: Extract<Fact, { kind: 'backup' }>['backups'] = [];
    const made = (path: string, { patients, files, entries }: BackupCounts) => {
      known.push({ path: relative(work.folder, path), patients, files, entries });
      // The next run may remove the third.
      work.acknowledge({ kind: 'backup', backups: known.slice(-2) });
    };
    for (let turn = 0; turn < 5; turn++) {
      await write(vault, work, turn * 3, 3);
      const { id, ...counts } = await runPlan(vault, context, job);
      const place = vault.db.prepare<[string], string>('SELECT place FROM backups WHERE id = ?').pluck().get(id) ?? '';
      made(place, counts);
      clock.ms += DAY_MS;
    }
    clinic.close();
  },

  /** A backup in one file is replaced, and a vault is made of it. */
  async restore(work) {
    const { vault } = await fresh(work);
    const away = join(work.folder, 'away');
    makeFolder(away);
    const path = join(away, 'clinic.lamplight-backup');
    let made: BackupCounts | undefined;
    for (let turn = 0; turn < 2; turn++) {
      await write(vault, work, turn * 6, 6);
      const { patients, files, entries } = await writeBackup(vault, work.ports, { path }, job);
      made = { patients, files, entries };
      // Whichever of the two stands there must be whole; the counts tell them apart.
      work.acknowledge({ kind: 'backup', backups: [{ path: relative(work.folder, path), ...(turn === 0 ? {} : made) }] });
    }
    const recoveryCode = work.recoveryCode ?? '';
    await restoreBackup(path, join(work.folder, 'restored'), { recoveryCode });
    work.acknowledge({ kind: 'restored', path: 'restored', files: made?.files ?? 0 });
    vault.close();
  },
};

/** What lies in the folder before the recording starts. */
export function prepare(name: string, folder: string): void {
  if (name === 'migration') cpSync(join(root, 'tests/fixtures/vaults/schema-1'), folder, { recursive: true });
}
