/** Names and value representations of PS3.6, from dcmjs. */
import { data } from 'dcmjs';

interface Entry {
  vr: string;
  name: string;
}

const byTag = new Map<number, Entry>();
for (const { tag, vr, name } of Object.values(data.DicomMetaDictionary.nameMap)) {
  const hex = /^\(([0-9A-F]{4}),([0-9A-F]{4})\)$/i.exec(tag);
  if (hex?.[1] && hex[2]) byTag.set(Number.parseInt(hex[1] + hex[2], 16), { vr: plain(vr), name });
}

/** The standard's name of an element, or undefined. Repeating groups (50xx, 60xx) are found under their first. */
export function nameOf(tag: number): string | undefined {
  if ((tag & 0xffff) === 0) return 'GroupLength';
  if ((tag >>> 16) & 1) return (tag & 0xff00) === 0 && (tag & 0xff) >= 0x10 ? 'PrivateCreator' : undefined;
  return entryOf(tag)?.name;
}

/** The value representation that the standard gives an element; `UN` where it gives none. */
export function vrOf(tag: number): string {
  if ((tag & 0xffff) === 0) return 'UL';
  if ((tag >>> 16) & 1) return (tag & 0xff00) === 0 && (tag & 0xff) >= 0x10 ? 'LO' : 'UN';
  return entryOf(tag)?.vr ?? 'UN';
}

export const isKnown = (tag: number) => entryOf(tag) !== undefined;

function entryOf(tag: number): Entry | undefined {
  const group = tag >>> 16;
  const repeating = (group & 0xff00) === 0x6000 || (group & 0xff00) === 0x5000;
  return byTag.get(tag) ?? (repeating ? byTag.get((((group & 0xff00) << 16) | (tag & 0xffff)) >>> 0) : undefined);
}

/** Where the standard leaves a choice: `ox` (OB or OW), `xs` (US or SS), `lt` (US, SS or OW). */
function plain(vr: string): string {
  if (vr === 'ox' || vr === 'lt' || vr === 'OB or OW' || vr === 'px') return 'OW';
  if (vr === 'xs' || vr === 'US or SS' || vr === 'up') return vr === 'up' ? 'UL' : 'US';
  return /^[A-Z]{2}$/.test(vr) ? vr : 'UN';
}
