/** The log: append, chain, seal, verify, export. */
export { type AuditLog, type NewEntry, openAuditLog } from './log.ts';
export { exportLog, verifyLog } from './verify.ts';
export { auditProcedures } from './procedures.ts';
