/** The one registry of commands: palette, menu, keys and help read it. A screen adds its own while it is shown. */
import { useEffect, useSyncExternalStore } from 'react';

export interface Command {
  /** `go.today`, `note.sign`: the menu of the shell sends these too. */
  id: string;
  title: string;
  group: 'go' | 'do' | 'chart' | 'view' | 'help';
  /** `mod+k`, `?`, or two keys one after the other: `g t`. Keys without mod or alt rest while somebody types. */
  keys?: string;
  /** Takes its key over from whatever has it, however late that came. */
  over?: boolean;
  run: () => void;
}

const layers = new Set<{ commands: readonly Command[] }>();
const listeners = new Set<() => void>();
let all: readonly Command[] = [];

/** Adds commands while the calling component is shown. Later ones take keys over from earlier ones. */
export function useCommands(commands: readonly Command[]): void {
  useEffect(() => {
    const layer = { commands };
    layers.add(layer);
    tell();
    return () => {
      layers.delete(layer);
      tell();
    };
  }, [commands]);
}

/** All commands that can be given now. */
export function useAllCommands(): readonly Command[] {
  return useSyncExternalStore(subscribe, () => all);
}

/** Gives a command by its id; false where it is not there now. */
export function giveCommand(id: string): boolean {
  const command = [...all].reverse().find((each) => each.id === id);
  command?.run();
  return command !== undefined;
}

/** Finds the command of a key or of two keys in a row. */
export function commandOf(keys: string): Command | undefined {
  const having = all.filter((command) => command.keys === keys);
  return having.filter((command) => command.over).at(-1) ?? having.at(-1);
}

/** Is this the first key of a two-key command? */
export function isBeginning(key: string): boolean {
  return all.some((command) => command.keys?.startsWith(`${key} `));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  // A screen may give a command of the frame its own meaning.
  all = [...new Map([...layers].flatMap((layer) => layer.commands).map((command) => [command.id, command])).values()];
  for (const listener of listeners) listener();
}
