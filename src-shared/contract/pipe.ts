/**
 * Messages on the pipe between shell and a child core, as JSON with bytes in base64. Node's own `advanced` form carries bytes as they are, but the memory it makes ends Electron 22
 * when it is collected (a check in its allocator; seen after some hundred messages of 32 KiB).
 */
const BYTES = '$bytes';

/** A message as JSON can carry it. */
export function pack(value: unknown): unknown {
  if (value instanceof Uint8Array)
    return { [BYTES]: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') };
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, pack(inner)]));
}

/** The message again, each byte array in memory of just its own size. */
export function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only?.[0] === BYTES && typeof only[1] === 'string')
    return Uint8Array.from(Buffer.from(only[1], 'base64'));
  return Object.fromEntries(entries.map(([name, inner]) => [name, unpack(inner)]));
}
