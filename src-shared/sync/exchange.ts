/**
 * One round of synchronisation of a workstation: push what is waiting, then pull what is new. It holds nothing between its steps, so that a crash
 * anywhere is the same as a broken line: the next round goes on from what the replica kept.
 */
import { AppError } from '../errors/index.ts';
import { canonicalText, type JsonObject, parseJson } from '../fhir/json.ts';
import { fitting } from './fitting.ts';
import { isObject } from './list-identity.ts';
import { mergeResources } from './merge.ts';
import { causalOrder } from './order.ts';
import {
  BATCH_CHARACTERS_MAX,
  BATCH_ITEMS_MAX,
  type ItemAnswer,
  type PullAnswer,
  type PullRequest,
  type PushAnswer,
  type PushItem,
  type Remote,
} from './protocol.ts';
import type { Known, Pending, Replica } from './replica.ts';

/** The line to the server. Rejects when it is broken; whether the server has done it is then unknown. */
export interface Line {
  /** @param written called when the last byte has been handed over */
  push(items: readonly PushItem[], written: () => void): Promise<PushAnswer>;
  pull(request: PullRequest): Promise<PullAnswer>;
}

export interface Limits {
  /** Pending changes looked at together: the order by references holds within them. */
  window: number;
  items: number;
  characters: number;
  page: number;
}

const defaultLimits: Limits = { window: 1000, items: BATCH_ITEMS_MAX, characters: BATCH_CHARACTERS_MAX, page: 50 };

/** Answers that mean the batch itself, not the line. */
const BATCH_REFUSALS: ReadonlySet<string> = new Set(['invalid-input', 'file-too-large']);
/** Pushes in a row that move nothing, before their items are set aside. */
const STUCK_MAX = 3;

export interface Round {
  sent: number;
  acknowledged: number;
  refused: number;
  conflicts: number;
  pulled: number;
}

/** @param round counted up as things happen, so that a round that breaks off has counted what was done */
export async function exchange(replica: Replica, line: Line, round: Round, limits: Limits = defaultLimits): Promise<void> {
  // Pushing comes first: a change whose answer was lost must be known as ours before it comes back from the feed.
  await push(replica, line, round, limits);
  await pull(replica, line, round, limits);
  // What was merged while pulling goes up at once.
  await push(replica, line, round, limits);
}

export function emptyRound(): Round {
  return { sent: 0, acknowledged: 0, refused: 0, conflicts: 0, pulled: 0 };
}

async function push(replica: Replica, line: Line, round: Round, limits: Limits): Promise<void> {
  let stuck = 0;
  let itemsMax = limits.items;
  for (;;) {
    const waiting = causalOrder(replica.pending(limits.window)).slice(0, itemsMax);
    const batch = fitting(waiting, limits.characters, ({ body }) => body?.length ?? 0);
    if (batch.length === 0) return;
    const seqs = batch.map((change) => change.seq);
    replica.atomically('bookkeeping', () => replica.mark(seqs, 'sending'));
    const items = withBases(replica, batch);
    let handedOver = false;
    let answer: PushAnswer;
    try {
      answer = await line.push(items, () => {
        handedOver = true;
        replica.atomically('bookkeeping', () => replica.mark(seqs, 'sent'));
      });
    } catch (error) {
      const refusal = error instanceof AppError && BATCH_REFUSALS.has(error.code) ? error : null;
      if (refusal === null && handedOver) throw error;
      replica.atomically('bookkeeping', () => replica.mark(seqs, 'waiting'));
      if (refusal === null) throw error;
      // Something in it makes the whole batch impossible: one by one, what it is stands alone and is set aside.
      if (batch.length === 1) round.refused += setAside(replica, seqs, refusal.message);
      itemsMax = 1;
      continue;
    }
    round.sent += batch.length;
    const moved = takeAnswers(replica, batch, answer, round);
    stuck = moved > 0 ? 0 : stuck + 1;
    if (stuck === STUCK_MAX) {
      round.refused += setAside(replica, seqs, 'The server has an older state than it acknowledged before.');
      stuck = 0;
    }
  }
}

function setAside(replica: Replica, seqs: readonly number[], reason: string): number {
  replica.atomically('bookkeeping', () => {
    for (const seq of seqs) replica.refuse(seq, reason);
  });
  return seqs.length;
}

/** A change is made from the one before it in the queue, or from what the server is known to have. */
function withBases(replica: Replica, batch: readonly Pending[]): PushItem[] {
  const last = new Map<string, string | null>();
  return batch.map((change) => {
    const key = `${change.type}/${change.id}`;
    const base = last.get(key) ?? replica.known(change.type, change.id)?.hash ?? null;
    last.set(key, change.hash);
    return { ...change, base };
  });
}

function takeAnswers(replica: Replica, batch: readonly Pending[], answer: PushAnswer, round: Round): number {
  const settled = { acknowledged: 0, refused: 0, conflicts: 0, moved: 0 };
  const merges = answer.answers.some((one) => one.status === 'conflict');
  replica.atomically(merges ? 'apply' : 'bookkeeping', () => {
    for (const [place, change] of batch.entries()) takeAnswer(replica, change, answer.answers[place], settled);
    const cursor = replica.cursor();
    // Nobody else wrote between: the feed up to here is all our own.
    if (cursor !== null && cursor.top === answer.feed.before) replica.setCursor({ ...cursor, top: answer.feed.after });
  });
  round.acknowledged += settled.acknowledged;
  round.refused += settled.refused;
  round.conflicts += settled.conflicts;
  return settled.moved;
}

/** What became of a batch; `moved`: items that need not be sent again as they were. */
type Settled = Pick<Round, 'acknowledged' | 'refused' | 'conflicts'> & { moved: number };

function takeAnswer(replica: Replica, change: Pending, answer: ItemAnswer | undefined, settled: Settled): void {
  switch (answer?.status) {
    case 'accepted':
    case 'known': {
      const known = replica.known(change.type, change.id);
      if (known === undefined || known.version < answer.version) replica.knowOwn(change, answer.version);
      replica.acknowledge(change.seq);
      settled.acknowledged++;
      settled.moved++;
      return;
    }
    case 'conflict':
      if ((replica.known(change.type, change.id)?.version ?? 0) < answer.theirs.version) settled.moved++;
      settled.conflicts += replica.attempt(answer.theirs, () => receive(replica, answer.theirs)) ?? 0;
      return;
    case 'refused':
      replica.refuse(change.seq, answer.diagnostics);
      settled.refused++;
      settled.moved++;
      return;
    default:
      return;
  }
}

async function pull(replica: Replica, line: Line, round: Round, limits: Limits): Promise<void> {
  for (;;) {
    const cursor = replica.cursor();
    const downwards = cursor === null || cursor.bottom > 0;
    // New changes first; then what was there before this device came, newest first, so that work can begin.
    if (cursor !== null) {
      const page = await line.pull({ direction: 'after', from: cursor.top, limit: limits.page });
      takePage(replica, page, { ...cursor, top: page.last }, round);
      if (page.more) continue;
    }
    if (!downwards) return;
    const now = replica.cursor();
    const page = await line.pull({ direction: 'before', from: now?.bottom, limit: limits.page });
    takePage(replica, page, { top: now?.top ?? page.head, bottom: page.more ? page.last : 0 }, round);
  }
}

function takePage(replica: Replica, page: PullAnswer, cursor: { top: number; bottom: number }, round: Round): void {
  const settled = { pulled: 0, conflicts: 0 };
  const before = replica.cursor();
  if (page.changes.length === 0 && before?.top === cursor.top && before.bottom === cursor.bottom) return;
  replica.atomically(page.changes.length > 0 ? 'apply' : 'bookkeeping', () => {
    for (const theirs of page.changes) {
      const known = replica.known(theirs.type, theirs.id);
      if (known !== undefined && known.version >= theirs.version) continue;
      // What cannot be written here is set aside and shown; the rest goes on.
      settled.conflicts += replica.attempt(theirs, () => receive(replica, theirs)) ?? 0;
      settled.pulled++;
    }
    replica.setCursor(cursor);
  });
  round.pulled += settled.pulled;
  round.conflicts += settled.conflicts;
}

/** Takes in the server's version of one resource. @returns the conflicts raised */
export function receive(replica: Replica, theirs: Remote): number {
  const known = replica.known(theirs.type, theirs.id);
  if (known !== undefined && known.version >= theirs.version) return 0;
  const mine = replica.pendingOf(theirs.type, theirs.id);

  const ours = mine.findLast((change) => change.hash === theirs.hash);
  if (ours !== undefined) {
    replica.knowOwn(ours, theirs.version);
    for (const change of mine) if (change.seq <= ours.seq) replica.acknowledge(change.seq);
    return 0;
  }
  const current = replica.current(theirs.type, theirs.id);
  if (current !== undefined && current.hash === theirs.hash) {
    replica.knowSame(theirs);
    replica.takeUp(
      mine.map((change) => change.seq),
      null,
      false,
    );
    return 0;
  }
  const unchanged = current === undefined || current.hash === known?.hash;
  if (unchanged) {
    replica.apply(theirs);
    replica.takeUp(
      mine.map((change) => change.seq),
      null,
      false,
    );
    return 0;
  }
  return merge(replica, theirs, known, current.body, mine);
}

function merge(
  replica: Replica,
  theirs: Remote,
  known: Known | undefined,
  myBody: string | null,
  mine: readonly Pending[],
): number {
  const { body, fields } = mergedBody(theirs, known, myBody);
  replica.apply(theirs);
  const by = body === null || body === theirs.body ? null : replica.putMerged(theirs, body, mine.at(-1));
  replica.takeUp(
    mine.map((change) => change.seq),
    by,
    fields.length > 0,
  );
  if (fields.length > 0) replica.raise({ type: theirs.type, id: theirs.id, patient: theirs.patient, fields });
  return fields.length > 0 ? 1 : 0;
}

/** Deletes never win over edits: the edit stays, and somebody is asked. */
function mergedBody(theirs: Remote, known: Known | undefined, myBody: string | null) {
  const base = parse(known?.body ?? null);
  const [mine, other] = [parse(myBody), parse(theirs.body)];
  if (mine === null || other === null) {
    const fields = [{ path: '', base: base ?? undefined, mine: mine ?? undefined, theirs: other ?? undefined }];
    return { body: theirs.body ?? myBody, fields };
  }
  const { resource, conflicts } = mergeResources(theirs.type, base, mine, other);
  const text = canonicalText(resource);
  return { body: text === canonicalText(other) ? theirs.body : text, fields: conflicts };
}

function parse(body: string | null): JsonObject | null {
  const value = body === null ? null : parseJson(body).value;
  return isObject(value) ? value : null;
}
