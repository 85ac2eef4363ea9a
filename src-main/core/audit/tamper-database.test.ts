/** What a hospital would lose if one of these was not found: the proof of who has seen what. On the database itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { GENESIS, link } from '../../../src-shared/audit/chain.ts';
import { toHex } from '../../../src-shared/hex.ts';
import { client, db, made, receipts, removeLog, writeLog } from '../../../tests/fixtures/tampered-log.ts';

beforeAll(writeLog, 60_000);
afterAll(removeLog);

describe('the database', () => {
  /** Tampers, verifies, and puts everything back. */
  async function tampered(statements: string): Promise<unknown> {
    const tables = ['audit', 'audit_person', 'audit_seal', 'audit_receipt', 'meta'];
    for (const table of tables) db.exec(`CREATE TEMP TABLE kept_${table} AS SELECT * FROM ${table}`);
    try {
      db.exec(statements);
      // As after a restart: the log goes on from what lies there.
      made.core.clinic()?.log.rolledBack();
      return await client.call('audit.verify', {});
    } finally {
      for (const table of tables)
        db.exec(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept_${table}; DROP TABLE kept_${table}`);
      // The checks above were logged in between, on top of what was tampered with.
      made.core.clinic()?.log.rolledBack();
    }
  }

  const bad = (index: number | null, what: RegExp) => ({ ok: false, firstBad: { index, what: expect.stringMatching(what) } });

  test('that is whole is found whole, in one call and as a job', async () => {
    expect(await client.call('audit.verify', {})).toMatchObject({ ok: true, receipts: 3 });
    const { job } = await client.call('audit.startVerify', {});
    expect(await made.core.clinic()?.jobs.wait(job)).toMatchObject({ ok: true });
  });

  test.each<[string, string, number, RegExp]>([
    ['edited', 'UPDATE audit SET entry = replace(entry, \'"outcome":"ok"\', \'"outcome":"denied"\') WHERE n = 5', 5, /^edited/],
    ['edited beside the entry', "UPDATE audit SET patient = 'somebody-else' WHERE n = 5", 5, /^edited beside/],
    [
      'hidden from a search by person',
      'DELETE FROM audit_person WHERE n = (SELECT min(n) FROM audit_person)',
      1,
      /^edited beside/,
    ],
    ['no text of an entry', "UPDATE audit SET entry = 'x' WHERE n = 5", 5, /^edited/],
    ['removed', 'DELETE FROM audit WHERE n = 4', 4, /^removed/],
    [
      'removed and closed up',
      'DELETE FROM audit WHERE n = 4; UPDATE audit SET n = -n WHERE n > 4; UPDATE audit SET n = -n - 1 WHERE n < 0',
      4,
      /^reordered/,
    ],
    [
      'reordered',
      'UPDATE audit SET n = -1 WHERE n = 4; UPDATE audit SET n = 4 WHERE n = 5; UPDATE audit SET n = 5 WHERE n = -1',
      4,
      /^reordered/,
    ],
    [
      'inserted',
      'UPDATE audit SET n = -n WHERE n > 4; UPDATE audit SET n = -n + 1 WHERE n < 0; INSERT INTO audit (n, hash, entry, procedure, outcome, at) SELECT 5, hash, entry, procedure, outcome, at FROM audit WHERE n = 4',
      5,
      /^reordered/,
    ],
    ['cut off', 'DELETE FROM audit WHERE n > 8', 8, /^cut off/],
    [
      'with a replaced seal',
      'UPDATE audit_seal SET signature = zeroblob(64) WHERE count = (SELECT min(count) FROM audit_seal)',
      -1,
      /^seal broken/,
    ],
    [
      'with a seal moved',
      'UPDATE audit_seal SET count = count - 1 WHERE count = (SELECT min(count) FROM audit_seal)',
      -2,
      /^seal broken/,
    ],
    [
      'with another public key',
      "UPDATE meta SET value = replace(value, substr(value, 1, 4), 'ffff') WHERE key = 'audit-public-key'",
      0,
      /./,
    ],
    [
      'with receipts mixed up',
      'UPDATE audit_receipt SET head = (SELECT head FROM audit_receipt ORDER BY count DESC LIMIT 1) WHERE count = (SELECT min(count) FROM audit_receipt)',
      -3,
      /^receipt contradicts/,
    ],
  ])('%s is found and the first bad entry is named', async (name, statements, index, what) => {
    const firstSeal = db.prepare<[], { n: number }>('SELECT min(count) AS n FROM audit_seal').get()?.n ?? 0;
    const firstReceipt = db.prepare<[], { n: number }>('SELECT min(count) AS n FROM audit_receipt').get()?.n ?? 0;
    const expected = index === -1 ? firstSeal : index === -2 ? firstSeal - 1 : index === -3 ? firstReceipt : index;
    const verdict = await tampered(statements);
    // The key of an open log is held in memory: it is checked when the vault is opened the next time.
    if (name === 'with another public key') expect(verdict).toMatchObject({ ok: true });
    else expect(verdict).toMatchObject(bad(expected, what));
  });

  test('rewritten from an entry on contradicts the receipt that is kept', async () => {
    const rows = db.prepare<[], { n: number; entry: string }>('SELECT n, entry FROM audit ORDER BY n').all();
    let head: Uint8Array = GENESIS;
    const updates = rows.map(({ n, entry }) => {
      const text = n === 6 ? entry.replace('"outcome":"ok"', '"outcome":"failed"') : entry;
      head = link(chainPorts, head, text);
      return `UPDATE audit SET entry = '${text.replaceAll("'", "''")}', hash = x'${toHex(head)}', outcome = json_extract(entry, '$.outcome') WHERE n = ${n};`;
    });
    const verdict = await tampered(
      `${updates.join('\n')} UPDATE audit SET outcome = json_extract(entry, '$.outcome'); DELETE FROM audit_seal;`,
    );
    const first = receipts.find((receipt) => receipt.count >= 6);
    expect(verdict).toMatchObject(bad(first?.count ?? 0, /receipt/));
  });
});
