import { entriesElsewhere, type GoesOn } from './chain.ts';

/** Where the log goes on from a restored copy, in a sentence. */
export function goesOnWords(at: GoesOn): string {
  const from = at.backupAt === undefined ? 'a copy of the vault' : `the backup of ${at.backupAt}`;
  const elsewhere = entriesElsewhere(at);
  const where =
    at.formerTo === undefined
      ? 'What was logged after it is not here, and no server has said how much it has.'
      : elsewhere === 0
        ? 'The server has nothing of the log before that is not here.'
        : `${elsewhere} ${elsewhere === 1 ? 'entry' : 'entries'} of the log before (${(at.sharedTo ?? at.last) + 1} to ${at.formerTo}) ${elsewhere === 1 ? 'is' : 'are'} at the server alone.`;
  return `From entry ${at.n} on it goes on from ${from}. ${where}`;
}
