/** Everything that a route may use. */
import type { Certificate } from './certificate.ts';
import type { Coach } from './coaching/index.ts';
import type { Database } from './database/index.ts';
import type { FileRoom } from './files/index.ts';
import type { Identity } from './identity.ts';
import type { Erasures, News } from './ledger/index.ts';

export interface House {
  readonly version: string;
  readonly folder: string;
  readonly database: Database;
  readonly certificate: Certificate;
  readonly identity: Identity;
  readonly files: FileRoom;
  readonly coach: Coach;
  readonly erasures: Erasures;
  readonly news: News;
  now(): Date;
  /** One line for the operator, without anything of a patient. */
  log(line: string): void;
}
