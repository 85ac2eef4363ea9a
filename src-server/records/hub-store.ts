/** The batch of a push over one database transaction: read in two queries, written in four, whatever its size. */
import type { HubTx, Remembered } from '../../src-shared/sync/hub.ts';
import type { PushItem, Remote } from '../../src-shared/sync/protocol.ts';
import { one, type Queries } from '../database/index.ts';

export interface BatchStore extends HubTx {
  /** The feed's last number before anything was written. */
  readonly before: number;
  /** Writes what the batch has changed. @returns the feed's last number now */
  flush(): Promise<number>;
}

interface ReceivedRow {
  seq: number;
  hash: string;
  status: 'accepted' | 'conflict';
  version: number | null;
}

/** Locks the feed until the transaction ends: pushes are written one after the other. */
export async function openBatch(tx: Queries, device: string, items: readonly PushItem[]): Promise<BatchStore> {
  const before = (await one<{ last: number }>(tx, 'SELECT last FROM feed FOR UPDATE'))?.last ?? 0;
  const received = await tx.query<ReceivedRow>(
    'SELECT seq, hash, status, version FROM received WHERE device = $1 AND seq = ANY($2::bigint[])',
    [device, items.map((item) => item.seq)],
  );
  const rows = await tx.query<RemoteRow>(
    `SELECT ${REMOTE_COLUMNS} FROM resource JOIN json_to_recordset($1::json) AS wanted (t text, i text) ON type = t AND id = i`,
    [JSON.stringify(items.map((item) => ({ t: item.type, i: item.id })))],
  );
  const remembered = new Map(received.map((row) => [`${row.seq} ${row.hash}`, toRemembered(row)]));
  const current = new Map(rows.map((row) => [`${row.type}/${row.id}`, toRemote(row)]));
  const versions: Remote[] = [];
  const answers: (Omit<ReceivedRow, 'version'> & { version?: number })[] = [];
  const beside: PushItem[] = [];

  return {
    before,
    async remembered(_, seq, hash) {
      return remembered.get(`${seq} ${hash}`);
    },
    async remember(_, seq, hash, answer) {
      remembered.set(`${seq} ${hash}`, answer);
      answers.push({ seq, hash, ...answer });
    },
    async current(type, id) {
      return current.get(`${type}/${id}`);
    },
    async write(version) {
      current.set(`${version.type}/${version.id}`, version);
      versions.push(version);
    },
    async keepBeside(_, item) {
      beside.push(item);
    },
    async flush() {
      const feed = numbered(versions, before);
      await tx.query(
        `INSERT INTO resource_history SELECT * FROM json_to_recordset($1::json) AS v (type text, id text, patient text, version bigint, hash text, body text, file text, origin text, hlc text, author text, device text, at text)`,
        [JSON.stringify(versions)],
      );
      await tx.query(
        `INSERT INTO resource SELECT * FROM json_to_recordset($1::json) AS v (type text, id text, patient text, version bigint, hash text, body text, file text, origin text, hlc text, author text, device text, at text, feed bigint)
         ON CONFLICT (type, id) DO UPDATE SET patient = excluded.patient, version = excluded.version, hash = excluded.hash, body = excluded.body, file = excluded.file, origin = excluded.origin, hlc = excluded.hlc, author = excluded.author, device = excluded.device, at = excluded.at, feed = excluded.feed`,
        [JSON.stringify(feed)],
      );
      await tx.query(
        `INSERT INTO received SELECT $1, seq, hash, status, version FROM json_to_recordset($2::json) AS v (seq bigint, hash text, status text, version bigint)`,
        [device, JSON.stringify(answers)],
      );
      await tx.query(
        `INSERT INTO beside SELECT $1, seq, hash, type, id, body, author, hlc, at FROM json_to_recordset($2::json) AS v (seq bigint, hash text, type text, id text, body text, author text, hlc text, at text) ON CONFLICT DO NOTHING`,
        [device, JSON.stringify(beside)],
      );
      const after = before + feed.length;
      if (feed.length > 0) await tx.query('UPDATE feed SET last = $1', [after]);
      return after;
    },
  };
}

/** The last version of each resource gets the next number of the feed. */
function numbered(versions: readonly Remote[], before: number): (Remote & { feed: number })[] {
  const last = new Map<string, Remote>();
  for (const version of versions) {
    last.delete(`${version.type}/${version.id}`);
    last.set(`${version.type}/${version.id}`, version);
  }
  return [...last.values()].map((version, place) => ({ ...version, feed: before + place + 1 }));
}

export const REMOTE_COLUMNS = 'type, id, patient, version, hash, body, file, origin, hlc, author, device, at';

export interface RemoteRow extends Omit<Remote, 'patient' | 'file' | 'origin'> {
  patient: string | null;
  file: string | null;
  origin: Remote['origin'] | null;
}

export function toRemote({ type, id, patient, version, hash, body, file, origin, hlc, author, device, at }: RemoteRow): Remote {
  return {
    type,
    id,
    patient: patient ?? undefined,
    version,
    hash,
    body,
    file: file ?? undefined,
    origin: origin ?? undefined,
    hlc,
    author,
    device,
    at,
  };
}

function toRemembered(row: ReceivedRow): Remembered {
  return row.status === 'accepted' ? { status: 'accepted', version: row.version ?? 0 } : { status: 'conflict' };
}
