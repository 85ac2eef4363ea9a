/** A table with its heads; where it is too wide it scrolls sideways. */
import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './HeadedTable.module.css';

interface Props {
  heads: readonly string[];
  /** What the last column is called, which holds buttons: its head is not written. */
  acts?: string | false;
  /** Named, it can be scrolled by keys. */
  label?: string;
  small?: boolean;
  /** `Table.Tr`s. */
  children: ReactNode;
}

export function HeadedTable({ heads, acts, label, small, children }: Props) {
  const reached = label === undefined ? {} : { tabIndex: 0, role: 'group', 'aria-label': label };
  return (
    <div className={classes.scroller} {...reached}>
      <Table fz={small ? 'xs' : undefined} horizontalSpacing={small ? 'sm' : 'lg'} aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {heads.map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
            {acts && <Table.Th aria-label={acts} />}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </div>
  );
}
