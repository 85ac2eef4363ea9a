/**
 * Reading the database file beside SQLite. The locks of a file belong to the process (POSIX fcntl): closing any handle on it lets all of them go, and another
 * program could open the vault. So a handle that was opened here stays open until the database itself is closed. Source: "How To Corrupt An SQLite Database", 2.2.
 */
import { closeSync, fstatSync, openSync, statSync } from 'node:fs';

// The locks are the process's, so this list is, too.
const held = new Map<string, number[]>();

/** A handle to read from; it must not be closed. A file that was put in the old one's place gets a handle of its own. */
export function steadyHandle(path: string): number {
  const known = held.get(path) ?? [];
  const { ino, dev } = statSync(path);
  for (const handle of known) {
    const open = fstatSync(handle);
    if (open.ino === ino && open.dev === dev) return handle;
  }
  const handle = openSync(path, 'r');
  held.set(path, [...known, handle]);
  return handle;
}

/** To be called when SQLite has closed the file. */
export function letGo(path: string): void {
  for (const handle of held.get(path) ?? []) closeSync(handle);
  held.delete(path);
}
