/** Records of all workstations: taking changes in, and handing out what is new. */
import { createHash } from 'node:crypto';
import { JsonError, parseJson } from '../../src-shared/fhir/json.ts';
import { fitting } from '../../src-shared/sync/fitting.ts';
import { bodyProblem, receiveItem } from '../../src-shared/sync/hub.ts';
import {
  BATCH_CHARACTERS_MAX,
  hashedText,
  type ItemAnswer,
  type PullAnswer,
  type PullRequest,
  type PushAnswer,
  type PushItem,
  pullRequest,
  pushItem,
} from '../../src-shared/sync/protocol.ts';
import { type Database, one } from '../database/index.ts';
import { erasedAmong, erasedSentence } from '../ledger/index.ts';
import { openBatch, REMOTE_COLUMNS, type RemoteRow, toRemote } from './hub-store.ts';

/** Takes a batch in one transaction: what is answered as accepted is durable. A bad item is refused by itself. */
export async function push(
  database: Database,
  device: string,
  batch: { items: readonly unknown[]; people: readonly { id: string; name: string }[] },
  at: string,
): Promise<PushAnswer> {
  const parsed = batch.items.map((item) => pushItem.safeParse(item));
  const items = parsed.flatMap((result) => (result.success ? [result.data] : []));
  return database.transaction(async (tx) => {
    const store = await openBatch(tx, device, items);
    const answers: ItemAnswer[] = [];
    const erasedOf = await erasedAmong(tx, items);
    for (const result of parsed) {
      if (!result.success) {
        answers.push({ status: 'refused', diagnostics: shapeProblem(result.error) });
        continue;
      }
      const erasedAt = erasedOf(result.data);
      answers.push(
        erasedAt === undefined
          ? await receiveItem(store, device, result.data, at, problemOf)
          : { status: 'refused', diagnostics: erasedSentence(erasedAt) },
      );
    }
    for (const person of batch.people) {
      await tx.query(
        'INSERT INTO person (device, id, name, seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT (device, id) DO UPDATE SET name = excluded.name, seen_at = excluded.seen_at',
        [device, person.id, person.name, at],
      );
    }
    const after = await store.flush();
    return { answers, feed: { before: store.before, after } };
  });
}

/** A page of the feed; cut where its text grows beyond a batch. */
export async function pull(database: Database, request: PullRequest): Promise<PullAnswer> {
  const { direction, from, limit } = pullRequest.parse(request);
  return database.transaction(async (tx) => {
    const head = (await one<{ last: number }>(tx, 'SELECT last FROM feed'))?.last ?? 0;
    const after = direction === 'after';
    const rows = await tx.query<RemoteRow & { feed: number }>(
      after
        ? `SELECT ${REMOTE_COLUMNS}, feed FROM resource WHERE feed > $1 AND feed <= $3 ORDER BY feed LIMIT $2`
        : `SELECT ${REMOTE_COLUMNS}, feed FROM resource WHERE feed < $1 AND feed <= $3 ORDER BY feed DESC LIMIT $2`,
      [from ?? (after ? 0 : head + 1), limit + 1, head],
    );
    const page = fitting(rows.slice(0, limit), BATCH_CHARACTERS_MAX, ({ body }) => body?.length ?? 0);
    const more = page.length < rows.length;
    return { changes: page.map(toRemote), last: more ? (page.at(-1)?.feed ?? 0) : after ? head : 0, head, more };
  });
}

function problemOf(item: PushItem): string | null {
  if (item.body === null) return bodyProblem(item, null, null);
  try {
    return bodyProblem(
      item,
      createHash('sha256').update(hashedText(item.body, item.file)).digest('hex'),
      parseJson(item.body).value,
    );
  } catch (thrown) {
    if (thrown instanceof JsonError) return 'The content is not JSON that a workstation can read.';
    throw thrown;
  }
}

function shapeProblem(error: { issues: readonly { path: readonly PropertyKey[]; message: string }[] }): string {
  const [issue] = error.issues;
  return `The item does not fit: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
}
