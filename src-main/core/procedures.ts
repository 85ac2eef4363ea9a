/** The contract bound to the domains. */
import { auditProcedures } from './audit/index.ts';
import { openBackups } from './backup/index.ts';
import type { Handlers } from './bind.ts';
import { openCoaching } from './coaching/index.ts';
import { complianceProcedures } from './compliance/index.ts';
import { type OpenClinic, SYSTEM } from './context-of.ts';
import { documentProcedures } from './documents/index.ts';
import { fileProcedures } from './files-procedures.ts';
import { openHandouts } from './handouts/index.ts';
import { openImaging } from './imaging/index.ts';
import { incidentProcedures, openWatch } from './incidents/index.ts';
import { ipsProcedures } from './ips/index.ts';
import { jobProcedures } from './jobs/index.ts';
import { finishErasures, lifetimeProcedures } from './lifetime/index.ts';
import { openPacs } from './pacs/index.ts';
import { careTeamProcedures, draftProcedures, factorProcedures, peopleProcedures, settleSlots } from './people/index.ts';
import type { Places } from './places.ts';
import { radiologyProcedures } from './radiology/index.ts';
import { readingProcedures } from './reading/index.ts';
import { procedures as recordsProcedures, recoverImports } from './records/index.ts';
import { openSync } from './sync/index.ts';
import { unlessDiskRefuses } from './transactions.ts';
import { uploadProcedures } from './uploads/index.ts';
import type { DeviceKeys } from './vault/index.ts';
import { vaultProcedures } from './vault-procedures.ts';

/** Every procedure that needs an open vault, with its handler, and how to stop what goes on behind them. */
export function bindProcedures(
  clinic: OpenClinic,
  options: { background: boolean; places: Places; deviceKeys: DeviceKeys },
): { handlers: Handlers; stop: () => Promise<void> } {
  const { vault, log, tries, uploads } = clinic;
  recoverImports(clinic.contextOf(SYSTEM));
  finishErasures(clinic.contextOf(SYSTEM), log);
  unlessDiskRefuses(() => settleSlots(vault, clinic.contextOf(SYSTEM)));
  const sync = openSync(clinic, SYSTEM);
  if (options.background) sync.start();
  const handouts = openHandouts(clinic.contextOf(SYSTEM).chance, options.places);
  const watch = openWatch({ db: vault.db, transactions: clinic.transactions, context: clinic.contextOf(SYSTEM) });
  const coaching = openCoaching(sync.askServer);
  const backups = openBackups(clinic, options.places, SYSTEM);
  if (options.background) backups.start();
  const imaging = openImaging(handouts);
  const pacs = openPacs(imaging.pool, clinic.contextOf, SYSTEM);
  if (options.background) void pacs.start();
  const handlers: Handlers = {
    ...imaging.procedures,
    ...pacs.procedures,
    ...backups.procedures,
    ...complianceProcedures(clinic, options.deviceKeys),
    ...peopleProcedures(vault, tries),
    ...vaultProcedures(vault, tries),
    ...draftProcedures,
    ...factorProcedures(vault, tries),
    ...careTeamProcedures,
    ...jobProcedures,
    ...uploadProcedures(uploads),
    ...fileProcedures,
    ...recordsProcedures,
    ...ipsProcedures(handouts),
    ...readingProcedures(handouts, options.places),
    ...documentProcedures,
    ...radiologyProcedures(handouts, imaging.printed),
    ...sync.procedures,
    ...coaching.procedures,
    ...handouts.procedures,
    ...lifetimeProcedures(log, handouts, options.places, sync),
    ...auditProcedures(log, vault.derive('database'), handouts, watch.logBroken),
    ...incidentProcedures(watch, log, handouts),
  };
  const stop = async () => {
    await backups.stop();
    await sync.stop();
    await watch.stop();
    await pacs.stop();
    await imaging.stop();
    await coaching.close();
  };
  return { handlers, stop };
}
