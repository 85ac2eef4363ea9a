/** Doors that Chromium and Node leave open for developers. A package has none of them; fuses (scripts/package.mjs) shut what reads the environment. */
import { writeFileSync } from 'node:fs';

const INSPECTION = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'remote-debugging-address',
  'inspect',
  'inspect-brk',
  'inspect-port',
  'inspect-publish-uid',
  'js-flags',
  'load-extension',
  'no-sandbox',
  'disable-web-security',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'log-net-log',
  'host-rules',
  'enable-logging',
  'proxy-server',
] as const;

/** The first switch on the command line that would let somebody look in or weaken the walls, or null. */
export function inspectionAsked(hasSwitch: (name: string) => boolean): string | null {
  return INSPECTION.find(hasSwitch) ?? null;
}

/** If a process of ours is dumped by the kernel all the same, the dump holds no memory. Children inherit it (core(5)). Other systems write no such files unasked. */
export function emptyCoreDumps(write: (path: string, text: string) => void = writeFileSync): void {
  if (process.platform !== 'linux') return;
  try {
    write('/proc/self/coredump_filter', '0');
  } catch {
    // A kernel without the file writes no dumps that hold memory either, or it is closed to us: docs/security.md says so.
  }
}
