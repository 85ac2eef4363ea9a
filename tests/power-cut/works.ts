/** What is recorded: each work is told what its folder is and says what has been acknowledged. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { systemChance } from '../../src-main/core/ports.ts';
import {
  createVault,
  newBoxKeys,
  type OpenVault,
  openDeviceKeys,
  openVault,
  pemOf,
  type VaultPorts,
} from '../../src-main/core/vault/index.ts';
import { root } from '../../src-node/root.ts';
import type { Fact } from './log.ts';

export interface Work {
  folder: string;
  ports: VaultPorts;
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

export const vaultDir = (folder: string) => join(folder, 'vault');

/** A new vault with every kind of slot. */
async function fresh({ folder, ports, acknowledge }: Work): Promise<{ vault: OpenVault; user: string }> {
  const { vault, recoveryCode, user } = await createVault(ports, { dir: vaultDir(folder), sample: false, user: AMINA });
  acknowledge({ kind: 'slot', who: 'amina', secret: AMINA.password });
  acknowledge({ kind: 'slot', who: 'recovery', secret: recoveryCode });
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

  /** Two new vault keys, with writes before, between and after. */
  async rotation(work) {
    let { vault } = await fresh(work);
    for (let turn = 0; turn < 2; turn++) {
      await write(vault, work, turn * 10, 6);
      const handed = vault.handOver();
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
};

/** What lies in the folder before the recording starts. */
export function prepare(name: string, folder: string): void {
  if (name === 'migration') cpSync(join(root, 'tests/fixtures/vaults/schema-1'), folder, { recursive: true });
}
