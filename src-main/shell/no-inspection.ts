/** Doors that Chromium and Node leave open for developers. A package has none of them; fuses (scripts/package.mjs) shut what reads the environment. */
import { readFileSync, writeFileSync } from 'node:fs';

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
  // The page would run where nothing confines it, or without a part of what does.
  'single-process',
  'disable-seccomp-filter-sandbox',
  'disable-setuid-sandbox',
  'disable-namespace-sandbox',
  'disable-gpu-sandbox',
  'allow-sandbox-debugging',
  'disable-web-security',
  'renderer-cmd-prefix',
  'utility-cmd-prefix',
  'gpu-launcher',
  'zygote-cmd-prefix',
  // They write what goes on into files.
  'trace-startup',
  'trace-startup-file',
  'log-net-log',
  'host-rules',
  'enable-logging',
  'proxy-server',
] as const;

/** The first switch on the command line that would let somebody look in or weaken the walls, or null. */
export function inspectionAsked(hasSwitch: (name: string) => boolean): string | null {
  return INSPECTION.find(hasSwitch) ?? null;
}

/**
 * If a process of ours is dumped by the kernel all the same, the dump holds no memory (core(5)). Children inherit it; those that Chromium has started before us, from
 * which every page is forked, are told too. Other systems write no such files unasked.
 */
export function emptyCoreDumps(): void {
  if (process.platform !== 'linux') return;
  for (const pid of withDescendants(String(process.pid))) {
    try {
      writeFileSync(`/proc/${pid}/coredump_filter`, '0');
    } catch {
      // It has just ended, or the kernel has no such file.
    }
  }
}

function withDescendants(pid: string): string[] {
  let children: string[] = [];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  } catch {
    // As above.
  }
  return [pid, ...children.flatMap(withDescendants)];
}
