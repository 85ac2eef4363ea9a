/** The log: append, chain, seal, verify, export. */
export { type AuditLog, type NewEntry, openAuditLog } from './log.ts';
export { auditProcedures } from './procedures.ts';
export { cameBack, goOnIfCameBack, markCameBack } from './restored.ts';
export { type Extent, extentOf } from './rows.ts';
export { verifyLog, verifyLogAside } from './verify.ts';
