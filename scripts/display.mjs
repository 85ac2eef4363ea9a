/** A virtual display of our own: Xvfb with a cookie, so that no other user of the machine sees the screen. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { which } from './commands.mjs';
import { pngOfXwd } from './png.mjs';
import { SetupError } from './say.mjs';

const WIDTH = 1440;
const HEIGHT = 900;

/** Ends the display and wipes its screen when our end of the pipe closes: also when we are killed. */
const keeper = `folder="$1"; shift
Xvfb "$@" </dev/null &
exec 3>&-
cat
kill $!
rm -rf "$folder"`;

/**
 * Starts Xvfb and waits until it takes connections.
 * @returns {Promise<{ env: { DISPLAY: string, XAUTHORITY: string }, screenshot: () => Buffer, stop: () => void }>}
 *   `screenshot` answers the whole screen as PNG
 */
export async function startDisplay() {
  if (!which('Xvfb')) throw new SetupError('There is no display and no Xvfb. Run: sudo apt-get install xvfb');
  // The screen lies in this folder; it must not reach a disk.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'lamplight-display-'));
  const authority = join(folder, 'authority');
  writeFileSync(authority, authorityEntry(randomBytes(16)), { mode: 0o600 });
  const options = [
    '-displayfd',
    '3',
    '-screen',
    '0',
    `${WIDTH}x${HEIGHT}x24`,
    '-fbdir',
    folder,
    '-auth',
    authority,
    '-nolisten',
    'tcp',
    '-noreset',
  ];
  const server = spawn('sh', ['-c', keeper, 'display', folder, ...options], {
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const number = await displayNumber(server);
  // The display is no reason to keep the program that started it alive.
  server.unref();
  server.stdin.unref();
  server.stdio[3].unref();
  return {
    env: { DISPLAY: `:${number}`, XAUTHORITY: authority },
    screenshot: () => pngOfXwd(readFileSync(join(folder, 'Xvfb_screen0'))),
    stop: () => server.stdin.end(),
  };
}

function displayNumber(server) {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stdio[3].on('data', (bytes) => {
      said += bytes;
      if (said.endsWith('\n')) resolve(said.trim());
    });
    server.on('error', reject);
    server.stdio[3].on('end', () => reject(new SetupError('Xvfb ended at once. Run `Xvfb :9` to see why.')));
  });
}

/** One entry of an .Xauthority file (Xau: family, address, number, name, data, each with a 16-bit length) that fits any address and display. */
function authorityEntry(cookie) {
  const field = (bytes) => Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
  const anyFamily = Buffer.from([0xff, 0xff]);
  return Buffer.concat([
    anyFamily,
    field(Buffer.alloc(0)),
    field(Buffer.alloc(0)),
    field(Buffer.from('MIT-MAGIC-COOKIE-1')),
    field(cookie),
  ]);
}
