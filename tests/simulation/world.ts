/**
 * Workstations, one server and a bad line between them, in one thread and in an order that the script decides: which message is delivered next, which is
 * lost on the way there or back, which comes twice or much later, which machine dies in which transaction.
 */
import { parseJson } from '../../src-shared/fhir/json.ts';
import { emptyRound, exchange, type Line } from '../../src-shared/sync/exchange.ts';
import { isObject } from '../../src-shared/sync/list-identity.ts';
import type { PushItem } from '../../src-shared/sync/protocol.ts';
import { MemoryHub } from './memory-hub.ts';
import { MemoryReplica } from './memory-replica.ts';

export type Fault = 'none' | 'lost' | 'answer lost' | 'twice' | 'late again' | 'server dies';
export interface Step {
  device: number;
  kind: 'write' | 'add' | 'delete' | 'sync' | 'deliver' | 'die';
  resource: number;
  field: number;
  fault: Fault;
}

const TYPES = ['Patient', 'AllergyIntolerance', 'Observation'];
const small = { window: 50, items: 4, characters: 400, page: 3 };

/** A person wrote `token`, having seen what it replaced. */
interface Written {
  resource: string;
  token: string;
}

export class World {
  readonly hub = new MemoryHub();
  readonly replicas: MemoryReplica[];
  readonly written: Written[] = [];
  /** Tokens that somebody saw and replaced or deleted: they are not lost. */
  readonly replaced = new Set<string>();
  readonly deletions: { resource: string }[] = [];
  #tokens = 0;
  #faults: Fault[] = [];
  #waiting: (() => void)[] = [];
  #rounds = new Map<number, Promise<void>>();
  #late: { device: string; items: readonly PushItem[] }[] = [];

  constructor(devices: number) {
    // Wrong clocks: hours apart and one far in the future.
    this.replicas = Array.from(
      { length: devices },
      (_, n) => new MemoryReplica(`device-${n}`, n * 3_600_000 + (n === 1 ? 3e11 : 0)),
    );
  }

  async run(steps: readonly Step[]): Promise<void> {
    for (const step of steps) await this.#take(step);
  }

  /** The line is good again: everybody synchronises until nothing moves. */
  async heal(): Promise<void> {
    this.#faults = [];
    await this.#drain();
    for (const { device, items } of this.#late.splice(0)) await this.hub.push(device, items);
    for (let quiet = 0, rounds = 0; quiet < 2; rounds++) {
      if (rounds > 30) throw new Error('it does not come to rest');
      const before = this.hub.feed;
      for (const [n, replica] of this.replicas.entries()) {
        replica.fuse = null;
        this.#begin(n);
        await this.#drain();
      }
      quiet = this.hub.feed === before && this.replicas.every((replica) => replica.pending(1).length === 0) ? quiet + 1 : 0;
    }
  }

  /** Everything that was sent before comes once more, long after. */
  async repeatEverything(sent: readonly { device: string; items: readonly PushItem[] }[]): Promise<void> {
    for (const { device, items } of sent) await this.hub.push(device, items);
  }

  readonly sent: { device: string; items: readonly PushItem[] }[] = [];

  delete(device: number, resource: string): void {
    const replica = this.#replica(device);
    const content = contentOf(replica, resource);
    if (content === null) return;
    for (const token of tokensIn(content)) this.replaced.add(token);
    replica.write(...keyOf(resource), null);
    this.deletions.push({ resource });
  }

  async #take({ device, kind, resource, field, fault }: Step): Promise<void> {
    const n = device % this.replicas.length;
    const replica = this.#replica(n);
    const type = TYPES[resource % TYPES.length] ?? 'Patient';
    const key = `${type}/r${resource}`;
    switch (kind) {
      case 'write':
      case 'add': {
        const before = contentOf(replica, key) ?? { resourceType: type, id: `r${resource}` };
        const token = `w${++this.#tokens}`;
        this.written.push({ resource: key, token });
        if (kind === 'add') {
          const list = Array.isArray(before.identifier) ? before.identifier : [];
          replica.write(type, `r${resource}`, { ...before, identifier: [...list, { system: 'urn:test', value: token }] });
        } else {
          const name = `f${field}`;
          if (typeof before[name] === 'string') this.replaced.add(before[name]);
          replica.write(type, `r${resource}`, { ...before, [name]: token });
        }
        return;
      }
      case 'delete':
        return this.delete(n, key);
      case 'sync':
        if (fault !== 'none') this.#faults.push(fault);
        this.#begin(n);
        return this.#settle();
      case 'die':
        replica.fuse = field;
        return;
      case 'deliver': {
        const [next] = this.#waiting.splice(resource % Math.max(1, this.#waiting.length), 1);
        next?.();
        return this.#settle();
      }
    }
  }

  #begin(n: number): void {
    if (this.#rounds.has(n)) return;
    const replica = this.#replica(n);
    const round = exchange(replica, this.#line(replica.device), emptyRound(), small)
      .catch(() => {
        // A broken line or a dead machine: the next round goes on from what was kept.
        replica.fuse = null;
      })
      .finally(() => this.#rounds.delete(n));
    this.#rounds.set(n, round);
  }

  #line(device: string): Line {
    return {
      push: async (items, written) => {
        await this.#turn();
        const fault = this.#faults.shift() ?? 'none';
        if (fault === 'lost') throw new Error('lost on the way');
        written();
        const kept = structuredClone(items);
        this.sent.push({ device, items: kept });
        const answer = await this.hub.push(device, kept, fault === 'server dies' ? 1 : undefined);
        if (fault === 'twice') await this.hub.push(device, kept);
        if (fault === 'late again') this.#late.push({ device, items: kept });
        await this.#turn();
        if (fault === 'answer lost') throw new Error('the answer was lost');
        return answer;
      },
      pull: async (request) => {
        await this.#turn();
        if (this.#faults[0] === 'lost') {
          this.#faults.shift();
          throw new Error('lost on the way');
        }
        const answer = await this.hub.pull(request);
        await this.#turn();
        return answer;
      },
    };
  }

  #turn(): Promise<void> {
    return new Promise((go) => this.#waiting.push(go));
  }

  async #drain(): Promise<void> {
    await this.#settle();
    while (this.#rounds.size > 0) {
      this.#waiting.shift()?.();
      await this.#settle();
    }
  }

  /** Lets everything run that waits for nothing but itself. */
  #settle(): Promise<void> {
    return new Promise((done) => setImmediate(done));
  }

  #replica(n: number): MemoryReplica {
    const replica = this.replicas[n];
    if (replica === undefined) throw new Error('no such device');
    return replica;
  }
}

export function contentOf(replica: MemoryReplica, resource: string) {
  const body = replica.state.resources.get(resource)?.body;
  const value = body == null ? null : parseJson(body).value;
  return isObject(value) ? value : null;
}

export function tokensIn(content: unknown): string[] {
  return [...(JSON.stringify(content) ?? '').matchAll(/"(w\d+)"/g)].map((match) => match[1] ?? '');
}

function keyOf(resource: string): [string, string] {
  const [type = '', id = ''] = resource.split('/');
  return [type, id];
}
