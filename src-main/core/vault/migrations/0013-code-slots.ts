/** Which slot of `vault.keys` a one-time code opens, so that a power cut between the two tells a code that came through from one that did not. */
import type { Migration } from './index.ts';

export const codeSlots: Migration = {
  version: 13,
  name: 'code-slots',
  up(db) {
    // The slot's salt; null where a code was given out by an earlier version, which wrote the slot first.
    db.exec('ALTER TABLE user ADD COLUMN one_time_slot TEXT');
  },
};
