/** Watching over the log, and the incidents that come of it. */
export { takeIncident, tellExtents } from './elsewhere.ts';
export { incidentProcedures } from './procedures.ts';
export { openWatch, type Watch } from './watch.ts';
