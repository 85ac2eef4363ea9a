/** The typed client over a transport: the same for page, terminal and tests. */
import { type ErrorAnswer, fromAnswer } from '../errors/index.ts';
import type { Call } from './index.ts';
import type { ClientMessage, CoreEvent, CoreMessage, Transport } from './wire.ts';

export interface Client {
  call: Call;
  /** Subscribes to what the core says unasked; returns the way to stop. */
  on(listener: (event: CoreEvent) => void): () => void;
}

/** Calls that wait when the connection ends are answered with `internal`, so that nothing waits for ever. */
export function createClient(transport: Transport<ClientMessage, CoreMessage>): Client {
  const waiting = new Map<number, { resolve: (output: unknown) => void; reject: (error: Error) => void }>();
  const listeners = new Set<(event: CoreEvent) => void>();
  let next = 1;
  const lost: ErrorAnswer = { code: 'internal', message: '', action: '' };

  transport.onMessage((message) => {
    if (message.t === 'event') {
      for (const listener of listeners) listener(message.event);
      return;
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (!call) return;
    if (message.ok) call.resolve(message.output);
    else call.reject(fromAnswer(message.error));
  });
  transport.onClose(() => {
    for (const call of waiting.values()) call.reject(fromAnswer(lost));
    waiting.clear();
  });

  const call = (procedure: string, input: unknown) =>
    new Promise<unknown>((resolve, reject) => {
      const id = next++;
      waiting.set(id, { resolve, reject });
      transport.post({ t: 'call', id, procedure, input });
    });
  // The contract types what `call` answers; the core has checked the output against it.
  return {
    call: call as Call,
    on(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
