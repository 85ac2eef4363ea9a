/** A process of its own for providers whose driver may crash: opens one network and runs it. Started by child.ts alone. */

import type { ChildAnswer, ChildAsk } from './child.ts';
import { type Network, openNetwork } from './network.ts';

let network: Network | undefined;

// The only sender is child.ts of the same build.
process.on('message', (message) => void hear(message as ChildAsk));
process.on('disconnect', () => process.exit(0));

async function hear(ask: ChildAsk): Promise<void> {
  try {
    if (ask.what === 'open') {
      network = await openNetwork(ask.onnx, ask.input, ask.provider, ask.threads);
      answer({ id: ask.id, ok: true });
    } else {
      if (!network) throw new Error('no network is open');
      answer({ id: ask.id, ok: true, outputs: await network.run(ask.tensor) });
    }
  } catch (thrown) {
    answer({ id: ask.id, ok: false, why: thrown instanceof Error ? thrown.message.slice(0, 400) : 'failed' });
  }
}

function answer(message: ChildAnswer): void {
  process.send?.(message);
}
