/** Users, second factor, care teams, sign-in tries, drafts and settings. */
export { careTeamProcedures } from './care-team.ts';
export { FACTOR_GROUPS, ONE_TIME_GROUPS, readCode } from './codes.ts';
export { draftProcedures, readSettings } from './drafts.ts';
export { factorProcedures, needPassword } from './own-factor.ts';
export { peopleProcedures } from './people.ts';
export { actingPerson, activePerson, codeWaits, personByName, rowById } from './person.ts';
export { askForFactor, codeAt, factorDue, factorIsOn, passFactor, removeFactor } from './second-factor.ts';
export { settleSlots } from './settle-slots.ts';
export { openTries, type Tries } from './tries.ts';
