/** Appending to the log, inside the transaction of the effect. */
import { chainPorts, newEd25519, signEd25519 } from '../../../src-node/chain-ports.ts';
import { GENESIS, link, SEAL_EVERY, sealMessage } from '../../../src-shared/audit/chain.ts';
import { type ChainEntry, canonicalEntry, type GoesOnPart } from '../../../src-shared/audit/entry.ts';
import { fromHex, toHex } from '../../../src-shared/hex.ts';
import type { Chance, Db } from '../context.ts';
import { seal as sealSecret, unseal } from '../vault/index.ts';

export type NewEntry = Omit<ChainEntry, 'n' | 'at' | 'key' | 'model' | 'goesOn'>;

export interface AuditLog {
  readonly publicKey: Uint8Array;
  /** Appends in the open transaction of the caller. @returns the entry as it was chained */
  append(entry: NewEntry, at: string): ChainEntry;
  /**
   * Begins a further log where this one stands, in the open transaction of the caller: the vault came back from a backup or a copy, and the server may have more of
   * this log than lies here (decision 0019). Nothing where the log is empty.
   */
  goOn(from: Pick<GoesOnPart, 'backup' | 'backupAt'>, entry: NewEntry, at: string): void;
  /** Signs the log as it stands, in the open transaction of the caller; nothing where the last entry is sealed already. */
  seal(at: string): void;
  /** Forgets what was appended in a transaction that was rolled back. */
  rolledBack(): void;
  /** Signs something else about the log (the end of an export) with the key of the seals. */
  sign(message: Uint8Array): Uint8Array;
  /** How far the log goes, and up to where it is sealed. */
  state(): { entries: number; sealedTo: number };
}

/** @param auditKey the vault's derived key that the signing key lies under */
export function openAuditLog(db: Db, chance: Chance, auditKey: Uint8Array, device: string): AuditLog {
  const { privateKey, publicKey } = signingKey(db, chance, auditKey);
  const selectHead = db.prepare<[], { n: number; hash: Uint8Array }>('SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1');
  const selectSeal = db.prepare<[], { count: number }>('SELECT count FROM audit_seal ORDER BY count DESC LIMIT 1');
  const insert = db.prepare(
    'INSERT INTO audit (n, hash, entry, patient, person, procedure, outcome, at, ai) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertFurther = db.prepare('INSERT INTO audit_further (n, log, former) VALUES (?, ?, ?)');
  const insertSeal = db.prepare('INSERT INTO audit_seal (count, head, at, signature) VALUES (?, ?, ?, ?)');
  // What is found by person is listed when it is sealed: one page less to write for every entry (decision 0016).
  const list = db.prepare(
    'INSERT OR IGNORE INTO audit_person (person, n) SELECT person, n FROM audit WHERE n > ? AND n <= ? AND person IS NOT NULL ORDER BY person, n',
  );
  let head = read();
  let sealedAt = selectSeal.get()?.count ?? 0;
  let logId = currentLog(db, device);

  function read(): { n: number; hash: Uint8Array } {
    return selectHead.get() ?? { n: 0, hash: GENESIS };
  }

  function append(entry: Omit<ChainEntry, 'n' | 'at'>, at: string): ChainEntry {
    const n = head.n + 1;
    // The first entry binds the log to its key: a log under another key is another log.
    const whole: ChainEntry = n === 1 ? { ...entry, n, at, key: toHex(publicKey) } : { ...entry, n, at };
    const text = canonicalEntry(whole);
    const hash = link(chainPorts, head.hash, text);
    insert.run(
      n,
      hash,
      text,
      entry.patient ?? null,
      entry.person ?? null,
      entry.procedure,
      entry.outcome,
      at,
      entry.ai?.model ?? null,
    );
    head = { n, hash };
    if (n - sealedAt >= SEAL_EVERY) log.seal(at);
    return whole;
  }

  const log: AuditLog = {
    publicKey,
    append: (entry, at) => append(entry, at),
    goOn(from, entry, at) {
      if (head.n === 0) return;
      const further = { ...from, log: chance.id(), former: logId, last: head.n, head: toHex(head.hash) };
      insertFurther.run(head.n + 1, further.log, further.former);
      logId = further.log;
      append({ ...entry, goesOn: further }, at);
    },
    seal(at) {
      if (head.n === sealedAt) return;
      const stated = toHex(head.hash);
      list.run(sealedAt, head.n);
      insertSeal.run(head.n, head.hash, at, signEd25519(privateKey, sealMessage(logId, head.n, stated, at)));
      sealedAt = head.n;
    },
    rolledBack() {
      head = read();
      sealedAt = selectSeal.get()?.count ?? 0;
      logId = currentLog(db, device);
    },
    sign: (message) => signEd25519(privateKey, message),
    state: () => ({ entries: head.n, sealedTo: sealedAt }),
  };
  return log;
}

/** The id of the log that is written now: the workstation's own, or the last further one. */
function currentLog(db: Db, device: string): string {
  return db.prepare<[], string>('SELECT log FROM audit_further ORDER BY n DESC LIMIT 1').pluck().get() ?? device;
}

function signingKey(db: Db, chance: Chance, auditKey: Uint8Array): { privateKey: Uint8Array; publicKey: Uint8Array } {
  const row = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'audit-signing-key'").get();
  const known = row && unseal(auditKey, fromHex(row.value), 'audit-signing-key');
  const publicRow = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'audit-public-key'").get();
  if (known && publicRow) return { privateKey: known, publicKey: fromHex(publicRow.value) };
  const pair = newEd25519();
  const write = db.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
  db.transaction(() => {
    write.run('audit-signing-key', toHex(sealSecret(chance, auditKey, pair.privateKey, 'audit-signing-key')));
    write.run('audit-public-key', toHex(pair.publicKey));
  })();
  return pair;
}
