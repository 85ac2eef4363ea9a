/** Letters: recognised, kept, found by their words, and what they offer for the chart. */
export { type Letter, recogniseLetter } from './letter.ts';
export { documentProcedures } from './procedures.ts';
export { addDocument, type NewDocument } from './store.ts';
