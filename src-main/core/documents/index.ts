/** Letters: recognised, kept, found by their words, and what they offer for the chart. */
export { type Letter, recogniseLetter } from './letter.ts';
export { documentProcedures } from './procedures.ts';
export { type NewDocument, addDocument } from './store.ts';
