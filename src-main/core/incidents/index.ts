/** Watching over the log, and the incidents that come of it. */
export { incidentProcedures } from './procedures.ts';
export { type Watch, openWatch } from './watch.ts';
