/** How the server receives a change. The same code runs in the server and in the simulation; the store is one open transaction. */
import { resourceTypes } from '../fhir/types.ts';
import { DELETED, type ItemAnswer, type PushItem, type Remote } from './protocol.ts';

/** What was answered to a change before: the second time the same is said, and nothing is done. */
export type Remembered = { status: 'accepted'; version: number } | { status: 'conflict' };

export interface HubTx {
  remembered(device: string, seq: number, hash: string): Promise<Remembered | undefined>;
  remember(device: string, seq: number, hash: string, answer: Remembered): Promise<void>;
  current(type: string, id: string): Promise<Remote | undefined>;
  /** Stores a new version, keeps the one before in the history, and puts it at the end of the feed. */
  write(version: Remote): Promise<void>;
  /** Keeps what a device wrote beside the current version: both sides of a conflict are durable before it is answered. */
  keepBeside(device: string, item: PushItem): Promise<void>;
}

/** @param checkBody says what is wrong with a body, or null: hashing and parsing are the caller's */
export async function receiveItem(
  tx: HubTx,
  device: string,
  item: PushItem,
  at: string,
  checkBody: (item: PushItem) => string | null,
): Promise<ItemAnswer> {
  const wrong = checkBody(item);
  if (wrong !== null) return { status: 'refused', diagnostics: wrong };
  const before = await tx.remembered(device, item.seq, item.hash);
  if (before?.status === 'accepted') return { status: 'known', version: before.version };
  const current = await tx.current(item.type, item.id);
  if (before?.status === 'conflict' && current !== undefined) return { status: 'conflict', theirs: current };

  if (current !== undefined && current.hash === item.hash) {
    await tx.remember(device, item.seq, item.hash, { status: 'accepted', version: current.version });
    return { status: 'known', version: current.version };
  }
  if (current !== undefined && current.hash !== item.base) {
    await tx.keepBeside(device, item);
    await tx.remember(device, item.seq, item.hash, { status: 'conflict' });
    return { status: 'conflict', theirs: current };
  }
  const version = (current?.version ?? 0) + 1;
  const { type, id, patient, hash, body, file, origin, hlc, author } = item;
  await tx.write({ type, id, patient, version, hash, body, file, origin, hlc, author, device, at });
  await tx.remember(device, item.seq, item.hash, { status: 'accepted', version });
  return { status: 'accepted', version };
}

/** What is wrong with a body whose text has been hashed (`hashedText`) and parsed, or null. */
export function bodyProblem(item: PushItem, hashOfBody: string | null, parsed: unknown): string | null {
  if (item.body === null) return item.hash === DELETED ? null : 'A deletion carries a hash of content.';
  if (item.hash !== hashOfBody) return 'The content does not have the hash that came with it.';
  if (typeof parsed !== 'object' || parsed === null || !('resourceType' in parsed) || !('id' in parsed))
    return 'The content is not a FHIR resource.';
  if (!resourceTypes.has(item.type)) return 'The content is not a resource of FHIR R4.';
  if (parsed.resourceType !== item.type || parsed.id !== item.id)
    return 'The content is another resource than its envelope says.';
  return null;
}
