/** One round with the server: notices, records and files both ways, access log up. */
import { AppError } from '../../../src-shared/errors/index.ts';
import { emptyRound, exchange, type Line } from '../../../src-shared/sync/exchange.ts';
import { BATCH_ITEMS_MAX, type PushItem, pullAnswer, pushAnswer } from '../../../src-shared/sync/protocol.ts';
import type { Context, Db } from '../context.ts';
import { sendAudit } from './audit.ts';
import { fetchFiles, type Half, sendFiles } from './files.ts';
import type { ServerLine } from './line.ts';
import { exchangeNotices } from './notices.ts';
import { type PairedServer, readNumber, writeMeta } from './settings.ts';
import { vaultReplica } from './vault-replica.ts';

export interface RoundResult {
  sent: number;
  acknowledged: number;
  refused: number;
  pulled: number;
  conflicts: number;
  /** What broke it off. */
  error?: AppError;
}

export interface RoundPorts {
  context: Context;
  server: PairedServer;
  line: ServerLine;
  log: { publicKey: Uint8Array; sign(message: Uint8Array): Uint8Array; seal(): void };
  half: { current: Half | null };
}

/** Never rejects for an expected failure: what was done before it counts, and the error is part of the result. */
export async function runRound(ports: RoundPorts): Promise<RoundResult> {
  const { context, server, line, log } = ports;
  const { db } = context.vault;
  const records = emptyRound();
  const files = { sent: 0, acknowledged: 0, refused: 0, pulled: 0 };
  let error: AppError | undefined;
  let erased = 0;
  try {
    erased = await exchangeNotices(context, line, log);
    await exchange(vaultReplica(context, server.pairedBy), recordsLine(line, db), records);
    await sendFiles(context, line, files);
    await fetchFiles(context, line, files, ports.half);
    await sendAudit(context, line, server, log);
  } catch (thrown) {
    if (!(thrown instanceof AppError)) throw thrown;
    error = thrown;
  }
  const pulled = records.pulled + files.pulled;
  if (pulled > 0) writeMeta(db, 'sync-pulled', String(readNumber(db, 'sync-pulled') + pulled));
  return {
    sent: records.sent + files.sent,
    acknowledged: records.acknowledged + files.acknowledged,
    refused: records.refused + files.refused + erased,
    pulled,
    conflicts: records.conflicts,
    error,
  };
}

function recordsLine(line: ServerLine, db: Db): Line {
  return {
    async push(items, written) {
      const answer = await line.json(pushAnswer, {
        path: '/api/v1/sync/push',
        json: { items, people: peopleOf(db, items) },
        written,
      });
      if (answer.answers.length !== items.length) throw new AppError('server-rubbish');
      return answer;
    },
    pull({ direction, from, limit }) {
      const query = new URLSearchParams({
        direction,
        limit: String(limit ?? BATCH_ITEMS_MAX),
        ...(from === undefined ? {} : { from: String(from) }),
      });
      return line.json(pullAnswer, { path: `/api/v1/sync/pull?${query}` });
    },
  };
}

/** The names of those who wrote: people are local to a vault, and the server keeps them by workstation. */
function peopleOf(db: Db, items: readonly PushItem[]): { id: string; name: string }[] {
  const select = db.prepare<[string], { id: string; name: string }>('SELECT id, display_name AS name FROM user WHERE id = ?');
  return [...new Set(items.map((item) => item.author))].flatMap((author) => select.get(author) ?? []);
}
