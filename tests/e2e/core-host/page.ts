/** The page's side: sends 50 MiB, asks for 50 MiB, lets the core die and goes on with the next one. What it found becomes the title. */
import { CORE_LOST, CORE_PORT } from '../../../src-shared/contract/shell.ts';
import { PIECE_BYTES, PIECES, piece, type TinyCall } from './pieces.ts';

const ports: MessagePort[] = [];
let lost = 0;
let wake: () => void = () => {};

window.addEventListener('message', (event) => {
  const [port] = event.ports;
  if (event.data === CORE_LOST) lost++;
  if (event.data === CORE_PORT && port) ports.push(port);
  wake();
});

report().then(
  (found) => {
    document.title = JSON.stringify(found);
  },
  (error) => {
    document.title = JSON.stringify({ error: String(error) });
  },
);

async function report(): Promise<unknown> {
  const first = await portNumber(0);
  const sent: Uint8Array[] = [];
  const got: Uint8Array[] = [];
  for (let index = 0; index < PIECES; index++) {
    const bytes = piece(index, 'page');
    sent.push(bytes);
    await call(first, { do: 'take', bytes });
  }
  for (let index = 0; index < PIECES; index++) {
    const { bytes } = (await call(first, { do: 'give', index })) as { bytes: Uint8Array };
    got.push(bytes);
  }
  const before = (await call(first, { do: 'hash' })) as { taken: string; pid: number };
  first.postMessage({ t: 'call', id: 0, procedure: 'tiny', input: { do: 'die' } });
  const second = await portNumber(1);
  const after = (await call(second, { do: 'hash' })) as { pid: number };
  return {
    sent: await sha256(sent),
    taken: before.taken,
    got: await sha256(got),
    given: await sha256(Array.from({ length: PIECES }, (_, index) => piece(index, 'core'))),
    // A view into shared memory would drag that memory along.
    ownMemory: got.every((bytes) => bytes.constructor === Uint8Array && bytes.buffer.byteLength === PIECE_BYTES),
    lost,
    another: before.pid !== after.pid,
  };
}

async function portNumber(index: number): Promise<MessagePort> {
  for (;;) {
    const port = ports[index];
    if (port) return port;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

let calls = 1;

function call(port: MessagePort, input: TinyCall): Promise<unknown> {
  const id = calls++;
  return new Promise((resolve) => {
    port.onmessage = ({ data }) => {
      if (data.id === id) resolve(data.output);
    };
    port.postMessage({ t: 'call', id, procedure: 'tiny', input });
  });
}

async function sha256(pieces: Uint8Array[]): Promise<string> {
  const whole = new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
