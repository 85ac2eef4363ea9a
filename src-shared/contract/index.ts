/** The one contract: every procedure that page, terminal and tests may call. */
import { audit } from './audit.ts';
import { backups } from './backup.ts';
import { batches } from './batches.ts';
import { coaching } from './coaching.ts';
import { compliance } from './compliance.ts';
import { documents } from './documents.ts';
import { files } from './files.ts';
import { handouts } from './handouts.ts';
import { imaging } from './imaging.ts';
import { incidents } from './incidents.ts';
import { lifetime } from './lifetime.ts';
import { models } from './models.ts';
import { pacs } from './pacs.ts';
import { patients } from './patients.ts';
import { people } from './people.ts';
import type { InputOf, OutputOf, ParsedInputOf } from './procedure.ts';
import { radiology } from './radiology.ts';
import { readings } from './reading.ts';
import { session } from './session.ts';
import { sync } from './sync.ts';
import { vault } from './vault.ts';

export const contract = {
  ...session,
  ...vault,
  ...people,
  ...backups,
  ...compliance,
  ...patients,
  ...files,
  ...readings,
  ...models,
  ...batches,
  ...documents,
  ...imaging,
  ...pacs,
  ...radiology,
  ...lifetime,
  ...coaching,
  ...sync,
  ...audit,
  ...incidents,
  ...handouts,
};

export type Contract = typeof contract;
export type ProcedureName = keyof Contract;
/** What a caller passes. */
export type Input<Name extends ProcedureName> = InputOf<Contract[Name]>;
/** What a handler receives: parsed, defaults filled in. */
export type ParsedInput<Name extends ProcedureName> = ParsedInputOf<Contract[Name]>;
export type Output<Name extends ProcedureName> = OutputOf<Contract[Name]>;

/** Calls a procedure by name, typed by the contract. */
export type Call = <Name extends ProcedureName>(name: Name, input: Input<Name>) => Promise<Output<Name>>;
