export interface Queries {
  /** Rows as plain objects; bigint columns come as numbers. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** The one row that a query must answer. */
export async function one<Row extends object>(
  queries: Queries,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row | undefined> {
  const [row] = await queries.query<Row>(sql, values);
  return row;
}
