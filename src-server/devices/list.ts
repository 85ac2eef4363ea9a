import { AppError } from '../../src-shared/errors/index.ts';
import type { Queries } from '../database/index.ts';

export interface DeviceRow {
  id: string;
  name: string;
  enrolledAt: string;
  lastSeen: string | null;
  revokedAt: string | null;
}

export function listDevices(queries: Queries): Promise<DeviceRow[]> {
  return queries.query<DeviceRow>(
    'SELECT id, name, enrolled_at AS "enrolledAt", last_seen AS "lastSeen", revoked_at AS "revokedAt" FROM device ORDER BY enrolled_at',
  );
}

/** Its requests are refused from now on. */
export async function revokeDevice(queries: Queries, id: string, at: string): Promise<void> {
  const found = await queries.query('UPDATE device SET revoked_at = $2 WHERE id = $1 RETURNING id', [id, at]);
  if (found.length === 0) throw new AppError('not-found', { what: 'workstation' });
}
