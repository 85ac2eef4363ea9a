/** Users, sign-in tries, drafts and settings. */
export { draftProcedures, readSettings } from './drafts.ts';
export { activePerson, peopleProcedures, personByName } from './people.ts';
export { type Tries, openTries } from './tries.ts';
