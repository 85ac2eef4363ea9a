/** Forward-only steps of the database, in order. A test holds that this list and the folder are the same. */
import type { Db } from '../../context.ts';
import { first } from './0001-first.ts';
import { records } from './0002-records.ts';
import { sync } from './0003-sync.ts';
import { documents } from './0004-documents.ts';
import { backups } from './0005-backups.ts';
import { lifetime } from './0006-lifetime.ts';
import { people } from './0007-people.ts';
import { models } from './0008-models.ts';
import { watching } from './0009-watching.ts';
import { imaging } from './0010-imaging.ts';
import { pacs } from './0011-pacs.ts';
import { unreadBackups } from './0012-unread-backups.ts';
import { codeSlots } from './0013-code-slots.ts';
import { ledger } from './0014-ledger.ts';
import { letterReaders } from './0015-letter-readers.ts';
import { logByPerson } from './0016-log-by-person.ts';
import { removedLabels } from './0017-removed-labels.ts';
import { furtherLogs } from './0018-further-logs.ts';
import { lostFiles } from './0019-lost-files.ts';

export interface Migration {
  /** From 1; the database's `user_version` after it. */
  version: number;
  name: string;
  up(db: Db): void;
}

export const migrations: readonly Migration[] = [
  first,
  records,
  sync,
  documents,
  backups,
  lifetime,
  people,
  models,
  watching,
  imaging,
  pacs,
  unreadBackups,
  codeSlots,
  ledger,
  letterReaders,
  logByPerson,
  removedLabels,
  furtherLogs,
  lostFiles,
];

/** The schema that this version of the program knows. */
export const schemaVersion = Math.max(...migrations.map((migration) => migration.version));
