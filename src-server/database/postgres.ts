/** A PostgreSQL server, by address. */
import pg from 'pg';
import type { Database, Queries } from './index.ts';

const CONNECTIONS_MAX = 10;
/** int8 of PostgreSQL: our numbers stay far below 2^53. */
const INT8 = 20;
/** A dump of the hospital's may hold a table for hours: nobody else is to queue behind the clean-up meanwhile. */
const LOCK_WAIT = '5s';

export function openPostgres(url: string): Database {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)),
  };
  // The typing of pg's custom parsers lists each type's own overload.
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX, types: types as pg.CustomTypesConfig });
  // A connection that breaks while nobody uses it (PostgreSQL restarts) is replaced by the next request.
  pool.on('error', () => undefined);
  return {
    ...queriesOf(pool),
    async transaction(body) {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        const result = await body(queriesOf(client));
        await client.query('COMMIT');
        client.release();
        return result;
      } catch (thrown) {
        await client.query('ROLLBACK').then(
          () => client.release(),
          (broken: Error) => client.release(broken),
        );
        throw thrown;
      }
    },
    async scrub(tables) {
      const client = await pool.connect();
      try {
        await client.query(`SET lock_timeout = '${LOCK_WAIT}'`);
        for (const table of tables) {
          await rewrite(client, table);
          // Samples for the planner hold names and numbers too.
          await client.query(`ANALYZE ${table}`);
        }
        // The samples of before; the owner of the database may, anybody else is passed over.
        await rewrite(client, 'pg_catalog.pg_statistic');
      } finally {
        // Not kept for others: it waits for locks in a way of its own.
        client.release(true);
      }
      // How long its write-ahead log and its backups are kept is for whoever runs the PostgreSQL server.
    },
    close: () => pool.end(),
  };
}

/** @throws Error where rows that were deleted stay in the file, because a transaction of somebody else may still look at them */
async function rewrite(client: pg.PoolClient, table: string): Promise<void> {
  let kept = 0;
  const listen = ({ detail }: { detail?: string | undefined }) => {
    // "12 dead row versions cannot be removed yet": the number comes first in every language that PostgreSQL speaks.
    kept += Number(/^\d+/.exec(detail ?? '')?.[0] ?? 0);
  };
  client.on('notice', listen);
  try {
    await client.query(`VACUUM (FULL, VERBOSE) ${table}`);
  } finally {
    client.off('notice', listen);
  }
  if (kept > 0) throw new Error('A transaction of somebody else still holds what was deleted.');
}

function queriesOf(client: pg.Pool | pg.PoolClient): Queries {
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      // The caller names the columns it asks for.
      return (await client.query(sql, [...values])).rows as Row[];
    },
  };
}
