/** Tells that something of a picture has come that it was drawn without: its planes, its full size. `*`: of all pictures. */
const listeners = new Set<(id: string) => void>();

export function onChanged(listener: (id: string) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function tellChanged(id: string): void {
  for (const listener of listeners) listener(id);
}
