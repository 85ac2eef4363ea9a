/** The server's store in memory: a push is one transaction, and a crash in it leaves nothing. */
import { createHash } from 'node:crypto';
import { parseJson } from '../../src-shared/fhir/json.ts';
import { bodyProblem, type HubTx, type Remembered, receiveItem } from '../../src-shared/sync/hub.ts';
import type { ItemAnswer, PullAnswer, PullRequest, PushAnswer, PushItem, Remote } from '../../src-shared/sync/protocol.ts';

export const hashOf = (body: string) => createHash('sha256').update(body).digest('hex');

export class MemoryHub {
  readonly current = new Map<string, Remote & { feed: number }>();
  readonly history: Remote[] = [];
  readonly remembered = new Map<string, Remembered>();
  readonly beside: PushItem[] = [];
  feed = 0;

  /** @param crashAfter items after which the server dies before it commits */
  async push(device: string, items: readonly PushItem[], crashAfter?: number): Promise<PushAnswer> {
    const staged = {
      current: new Map<string, Remote>(),
      history: [] as Remote[],
      remembered: new Map<string, Remembered>(),
      beside: [] as PushItem[],
    };
    const tx: HubTx = {
      remembered: async (...key) => staged.remembered.get(key.join(' ')) ?? this.remembered.get(key.join(' ')),
      remember: async (from, seq, hash, answer) => void staged.remembered.set(`${from} ${seq} ${hash}`, answer),
      current: async (type, id) => staged.current.get(`${type}/${id}`) ?? this.current.get(`${type}/${id}`),
      write: async (version) => {
        staged.current.delete(`${version.type}/${version.id}`);
        staged.current.set(`${version.type}/${version.id}`, version);
        staged.history.push(version);
      },
      keepBeside: async (_, item) => void staged.beside.push(item),
    };
    const before = this.feed;
    const answers: ItemAnswer[] = [];
    for (const [place, item] of items.entries()) {
      if (place === crashAfter) throw new Error('the server crashed');
      answers.push(await receiveItem(tx, device, item, 'now', problemOf));
    }
    for (const [key, version] of staged.current) this.current.set(key, { ...version, feed: ++this.feed });
    for (const [key, answer] of staged.remembered) this.remembered.set(key, answer);
    this.history.push(...staged.history);
    this.beside.push(...staged.beside);
    return structuredClone({ answers, feed: { before, after: this.feed } });
  }

  async pull({ direction, from, limit = 100 }: PullRequest): Promise<PullAnswer> {
    const up = direction === 'after';
    const edge = Number(from ?? (up ? 0 : this.feed + 1));
    const rows = [...this.current.values()]
      .filter((row) => (up ? row.feed > edge : row.feed < edge))
      .sort((a, b) => (up ? a.feed - b.feed : b.feed - a.feed));
    const page = rows.slice(0, Number(limit));
    const more = page.length < rows.length;
    return structuredClone({ changes: page, last: more ? (page.at(-1)?.feed ?? 0) : up ? this.feed : 0, head: this.feed, more });
  }
}

function problemOf(item: PushItem): string | null {
  return item.body === null ? bodyProblem(item, null, null) : bodyProblem(item, hashOf(item.body), parseJson(item.body).value);
}
