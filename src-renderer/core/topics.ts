/** Which reads go stale when the core says that something changed. */
import type { ProcedureName } from '../../src-shared/contract/index.ts';
import type { Topic } from '../../src-shared/contract/wire.ts';

export const topicsOf: Partial<Record<ProcedureName, readonly Topic[]>> = {
  'patients.search': ['patients'],
  'patients.recent': ['patients'],
  'patients.banner': ['patients', 'chart'],
  'chart.summary': ['chart', 'documents', 'images', 'readings'],
  'chart.list': ['chart', 'documents', 'images', 'readings'],
  'chart.timeline': ['chart', 'documents', 'images', 'readings'],
  'chart.vitals': ['chart'],
  'chart.resource': ['chart'],
  'notes.read': ['chart'],
  'documents.get': ['documents'],
  'documents.find': ['documents'],
  'readings.get': ['readings'],
  'readings.ofImage': ['readings'],
  'readings.unread': ['readings'],
  'drafts.list': ['drafts'],
  'audit.list': ['audit'],
  'audit.ofPatient': ['audit'],
  // Whatever is written waits to be sent.
  'sync.status': ['sync', 'patients', 'chart', 'documents', 'images', 'readings'],
  'sync.items': ['sync', 'patients', 'chart', 'documents', 'images', 'readings'],
  'sync.conflicts': ['sync'],
  'records.removed': ['chart', 'documents', 'images'],
  'patients.removed': ['patients'],
  'retention.rules': ['lifetime'],
  'retention.list': ['lifetime', 'patients'],
  'holds.list': ['lifetime'],
  'erasure.preview': ['lifetime', 'chart'],
  'erasure.list': ['lifetime'],
  'users.list': ['users'],
  'settings.get': ['settings'],
  'backup.state': ['backups'],
  'jobs.list': ['jobs'],
};
