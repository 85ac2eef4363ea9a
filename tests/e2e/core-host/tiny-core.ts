/** A core without native modules, so that it runs in every kind of process: takes pieces, gives pieces, and can die. */
import { createHash } from 'node:crypto';
import { onClient } from '../../../src-main/core/host.ts';
import type { CoreMessage } from '../../../src-shared/contract/wire.ts';
import { piece, type TinyCall } from './pieces.ts';

onClient((transport) => {
  const taken = createHash('sha256');
  transport.onMessage((message) => {
    if (message.t !== 'call') return;
    // The page of this test is the only client.
    const call = message.input as TinyCall;
    const answer = (output: unknown): CoreMessage => ({ t: 'answer', id: message.id, ok: true, output });
    if (call.do === 'take') {
      taken.update(call.bytes);
      transport.post(answer({ received: call.bytes.byteLength }));
    } else if (call.do === 'give') transport.post(answer({ bytes: piece(call.index, 'core') }));
    else if (call.do === 'hash') transport.post(answer({ taken: taken.digest('hex'), pid: process.pid }));
    else process.exit(1);
  });
});
