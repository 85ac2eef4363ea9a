/** The first rows whose texts fit together; the first one always, however long it is. */
export function fitting<Row>(rows: Iterable<Row>, charactersMax: number, lengthOf: (row: Row) => number): Row[] {
  const found: Row[] = [];
  let characters = 0;
  for (const row of rows) {
    characters += lengthOf(row);
    if (found.length > 0 && characters > charactersMax) break;
    found.push(row);
  }
  return found;
}
