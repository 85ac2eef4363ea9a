/** What an act of the log is called: the first words of the contract's own description. */
import { contract } from '../../../src-shared/contract/index.ts';

/** Only acts that the log records, by their names in the contract, in the order of their words. */
export const acts: readonly { name: string; words: string }[] = Object.entries(contract)
  .filter(([, { audit }]) => audit !== null)
  .map(([name]) => ({ name, words: actWords(name) }))
  .sort((one, other) => one.words.localeCompare(other.words));

/** “Who has seen this record” for `audit.ofPatient`; the name itself where this version does not know it. */
export function actWords(procedure: string): string {
  const summary = summaryOf(procedure);
  return summary.split(/[:;(]/)[0]?.trim() || summary;
}

/** The whole description. */
export function summaryOf(procedure: string): string {
  return Object.entries(contract).find(([name]) => name === procedure)?.[1].summary ?? procedure;
}
