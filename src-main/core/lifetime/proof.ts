/** The proof of an erasure: what was destroyed and what could not be reached, signed with the key that seals this device's log. */
import { z } from 'zod';
import { chainPorts } from '../../../src-node/chain-ports.ts';
import { type ErasureProof, erasureProof } from '../../../src-shared/contract/lifetime.ts';
import { fromHex, toHex } from '../../../src-shared/hex.ts';
import { readJson } from '../../../src-shared/json.ts';
import { noticeMessage, noticeText } from '../../../src-shared/ledger/event.ts';

/** What signs: the log of this device. */
export interface Signer {
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

export function signProof(log: Signer, said: Omit<ErasureProof, 'publicKey' | 'signature'>): ErasureProof {
  const unsigned = { ...said, publicKey: toHex(log.publicKey) };
  return { ...unsigned, signature: toHex(log.sign(messageOf(unsigned))) };
}

/** Is it as it was signed, by the key that it names? Whose key that is, the exported log of the device says. */
export function isGenuine(proof: ErasureProof): boolean {
  const { signature, ...unsigned } = proof;
  return chainPorts.verify(fromHex(proof.publicKey), messageOf(unsigned), fromHex(signature));
}

/** Undefined where it is not a proof at all. */
export function readProof(text: string): ErasureProof | undefined {
  return erasureProof.safeParse(readJson(text)).data;
}

/** The answers of others that are saved with a proof: of each whether its notice is as it was signed and speaks of this erasure. */
export function readAnswers(text: string): { name: string; at: string; genuine: boolean }[] {
  const parsed = withAnswers.safeParse(readJson(text));
  if (!parsed.success) return [];
  return parsed.data.elsewhere.flatMap(({ notice }) => {
    if (notice === undefined) return [];
    const said = noticeText.safeParse(readJson(notice.text));
    const item = said.data?.items.find((one) => one.kind === 'erasure-done' && one.erasure === parsed.data.id);
    const signed = chainPorts.verify(fromHex(notice.publicKey), noticeMessage(notice.text), fromHex(notice.signature));
    return item?.kind === 'erasure-done'
      ? [{ name: item.name, at: item.at, genuine: signed }]
      : [{ name: '', at: '', genuine: false }];
  });
}

const withAnswers = z.object({
  id: z.string(),
  elsewhere: z.array(
    z.object({ notice: z.object({ text: z.string(), signature: z.string(), publicKey: z.string() }).optional() }),
  ),
});

/** Bound to its purpose: a seal of the log can never pass for a proof. */
function messageOf(unsigned: Omit<ErasureProof, 'signature'>): Uint8Array {
  return new TextEncoder().encode(`lamplight-erasure\n${chainPorts.canonical(unsigned)}`);
}
