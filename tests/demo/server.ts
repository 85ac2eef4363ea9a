/** A real hospital server in a process of its own, on a free port of loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from '../../src-node/root.ts';

export interface DemoServer {
  readonly url: string;
  readonly code: string;
  /** A fresh enrolment code: each works once. */
  newCode(): Promise<string>;
  /** Pulls the plug, as a power cut would. */
  kill(): Promise<void>;
  /** Plugs it in again at the same address. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export async function startDemoServer(data: string): Promise<DemoServer> {
  let child: ChildProcess | null = null;
  let url = '';
  let code = '';
  let port = '0';
  async function start(): Promise<void> {
    const started = spawn(process.execPath, [join(root, 'src-server', 'main.ts'), '--port', port, '--data', data], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = started;
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: started.stdout }).once('line', resolve);
      started.once('exit', (status) => reject(new Error(`the server ended with status ${status}`)));
    });
    const found = /ready at (https:\/\/\S+?), enrolment code (\S+)/.exec(line);
    if (!found?.[1] || !found[2]) throw new Error(`the server's ready line is another one: ${line}`);
    [, url, code] = found;
    port = new URL(url).port;
  }
  const ended = (signal: NodeJS.Signals) =>
    new Promise<void>((resolve) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill(signal);
    });
  await start();
  return {
    get url() {
      return url;
    },
    get code() {
      return code;
    },
    newCode: () =>
      new Promise((resolve, reject) => {
        const asked = spawn(process.execPath, [join(root, 'src-server', 'main.ts'), 'admin', 'enrol-code', '--data', data], {
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let text = '';
        asked.stdout.on('data', (piece) => {
          text += piece;
        });
        asked.once('exit', (status) => (status === 0 ? resolve(JSON.parse(text).code) : reject(new Error('no enrolment code'))));
      }),
    kill: () => ended('SIGKILL'),
    start,
    stop: () => ended('SIGTERM'),
  };
}
