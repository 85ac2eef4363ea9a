/** Opens what a power cut has left, by every slot, and looks for what was acknowledged. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { verifyBackup } from '../../src-main/core/backup/index.ts';
import { systemChance } from '../../src-main/core/ports.ts';
import {
  databasePath,
  firstBadPage,
  letGo,
  type OpenVault,
  openUserSlot,
  openVault,
  openWay,
  readKeyFile,
  type VaultPorts,
} from '../../src-main/core/vault/index.ts';
import { AppError } from '../../src-shared/errors/index.ts';
import type { Fact } from './log.ts';
import { peopleLost } from './people.ts';
import { portsOf, vaultDir } from './works.ts';

/** Everything that is lost or does not open, one sentence each. @param coming may or may not be there */
export async function missing(folder: string, acknowledged: readonly Fact[], coming: readonly Fact[]): Promise<string[]> {
  const ports = await portsOf(folder);
  const dir = vaultDir(folder);
  const lost = await peopleLost({ dir, ports }, acknowledged, coming);
  for (const who of ['amina', 'joseph', 'recovery', 'escrow']) {
    const secrets = secretsOf(who, acknowledged, coming);
    if (secrets.needed && !(await opensByAny(ports, dir, who, secrets.possible))) lost.push(`${who} does not open`);
  }
  const amina = secretsOf('amina', acknowledged, coming).possible;
  lost.push(...(await missingBackups(folder, acknowledged, coming)));
  const vault = await openedBy(ports, dir, amina);
  if (typeof vault === 'string') return [...lost, `the vault does not open: ${vault}`];
  try {
    for (const fact of acknowledged) if (!(await holds(vault, fact))) lost.push(`lost: ${JSON.stringify(fact).slice(0, 120)}`);
    if (vault.db.pragma('quick_check(1)', { simple: true }) !== 'ok') lost.push('the database is not sound');
  } finally {
    const key = vault.derive('database');
    vault.close();
    if ((await firstBadPage(databasePath(dir), key)) !== null) lost.push('a page does not fit its check sum');
    letGo(databasePath(dir));
  }
  return lost;
}

/** The last backups that were acknowledged, each restored for a test; and a restored vault, which is there whole or not at all. */
async function missingBackups(folder: string, acknowledged: readonly Fact[], coming: readonly Fact[]): Promise<string[]> {
  const lost: string[] = [];
  const recoveryCode = secretsOf('recovery', acknowledged, coming).possible[0] ?? '';
  const last = acknowledged.findLast((fact) => fact.kind === 'backup');
  for (const { path, ...figures } of last?.kind === 'backup' ? last.backups : []) {
    try {
      const { ok, ...counts } = await verifyBackup(join(folder, path), { recoveryCode }, folder, systemChance);
      const same = Object.entries(figures).every(([name, figure]) => Reflect.get(counts, name) === figure);
      if (!ok || !same) lost.push(`backup ${path} came back as ${JSON.stringify(counts)}`);
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      lost.push(`backup ${path}: ${thrown.code} ${JSON.stringify(thrown.details)}`);
    }
  }
  const restored = acknowledged.find((fact) => fact.kind === 'restored');
  const path = join(folder, 'restored');
  if (restored?.kind === 'restored' && !existsSync(path)) lost.push('the restored vault is gone');
  if (existsSync(path)) {
    const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const expected = [...acknowledged, ...coming].find((fact) => fact.kind === 'restored');
    // The database and its keys besides.
    if (expected?.kind === 'restored' && files.length !== expected.files + 2)
      lost.push(`of the restored vault ${files.length} files are left`);
    if ((await openWay(path, { recoveryCode }).catch(() => null)) === null) lost.push('the restored vault does not open');
  }
  return lost;
}

/** The last secret that was acknowledged, and the next one that may have come through. */
function secretsOf(who: string, acknowledged: readonly Fact[], coming: readonly Fact[]): { needed: boolean; possible: string[] } {
  const ofWho = (fact: Fact) => (fact.kind === 'slot' || fact.kind === 'no-slot') && fact.who === who;
  const last = acknowledged.findLast(ofWho);
  const next = coming.find(ofWho);
  const possible = [last, next].flatMap((fact) => (fact?.kind === 'slot' ? [fact.secret] : []));
  return { needed: last?.kind === 'slot' && next?.kind !== 'no-slot', possible };
}

async function opensByAny(ports: VaultPorts, dir: string, who: string, secrets: readonly string[]): Promise<boolean> {
  for (const secret of secrets) {
    try {
      if (who === 'recovery') return (await openWay(dir, { recoveryCode: secret })) !== null;
      if (who === 'escrow') return (await openWay(dir, { escrowKey: secret })) !== null;
      const keys = readKeyFile(dir);
      if (await openUserSlot(keys, who, secret, await ports.deviceKeys.fetch(keys.vaultId, keys.deviceKey))) return true;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
    }
  }
  return false;
}

async function openedBy(ports: VaultPorts, dir: string, secrets: readonly string[]): Promise<OpenVault | string> {
  let why = 'no secret is known';
  for (const secret of secrets) {
    try {
      return (await openVault(ports, dir, 'amina', secret)).vault;
    } catch (thrown) {
      if (!(thrown instanceof AppError)) throw thrown;
      why = `${thrown.code} ${JSON.stringify(thrown.details)}`;
    }
  }
  return why;
}

async function holds(vault: OpenVault, fact: Fact): Promise<boolean> {
  if (fact.kind === 'row') return vault.db.prepare(`SELECT 1 FROM ${fact.table} WHERE key = ?`).get(fact.id) !== undefined;
  if (fact.kind === 'generation') return vault.generation >= fact.number;
  if (fact.kind !== 'file') return true;
  const read = await vault.files.read(fact.id).catch((thrown: unknown) => {
    if (thrown instanceof AppError) return null;
    throw thrown;
  });
  return read !== null && Buffer.from(read).toString() === fact.text;
}

export const logPath = (folder: string, work: string) => join(folder, `${work}.log`);
