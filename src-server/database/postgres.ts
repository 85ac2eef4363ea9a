/** A PostgreSQL server, by address. */
import pg from 'pg';
import type { Database, Queries } from './index.ts';

const CONNECTIONS_MAX = 10;
/** int8 of PostgreSQL: our numbers stay far below 2^53. */
const INT8 = 20;

export function openPostgres(url: string): Database {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') => (oid === INT8 ? Number : pg.types.getTypeParser(oid, format)),
  };
  // The typing of pg's custom parsers lists each type's own overload.
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS_MAX, types: types as pg.CustomTypesConfig });
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
      for (const table of tables) {
        await pool.query(`VACUUM FULL ${table}`);
        // Samples for the planner hold values too.
        await pool.query(`ANALYZE ${table}`);
      }
      // How long its write-ahead log and its backups are kept is for whoever runs the PostgreSQL server.
    },
    close: () => pool.end(),
  };
}

function queriesOf(client: pg.Pool | pg.PoolClient): Queries {
  return {
    async query<Row extends object>(sql: string, values: readonly unknown[] = []) {
      // The caller names the columns it asks for.
      return (await client.query(sql, [...values])).rows as Row[];
    },
  };
}
