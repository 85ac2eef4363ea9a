/** The title of a chart item; a link where it has a screen of its own. */
import { Link } from '@tanstack/react-router';
import type { ChartItem } from '../../../src-shared/contract/patients.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { useRead } from '../../core/queries.ts';
import classes from './ItemLink.module.css';

export function ItemLink({ item, patient }: { item: ChartItem; patient: PatientId }) {
  const notes = useRead('chart.list', { patient, list: 'notes' }, { enabled: item.type === 'DocumentReference' });
  if (item.type === 'DocumentReference' && notes.data?.items.some(({ id }) => id === item.id)) {
    return (
      <Link to="/patient/$id/notes/$note" params={{ id: patient, note: item.id }}>
        {item.title}
      </Link>
    );
  }
  if (item.type === 'DocumentReference') {
    return (
      <Link to="/patient/$id/document/$doc" params={{ id: patient, doc: item.id }}>
        {item.title}
      </Link>
    );
  }
  if (item.type === 'Media') {
    return (
      <Link to="/patient/$id/image/$image" params={{ id: patient, image: item.id }}>
        {item.title}
      </Link>
    );
  }
  return <span className={isOnlySaid(item) ? classes.said : undefined}>{item.title}</span>;
}

/** A machine said it, and no person has accepted it. */
function isOnlySaid({ origin, status }: ChartItem): boolean {
  return origin === 'machine' && status === 'preliminary';
}
