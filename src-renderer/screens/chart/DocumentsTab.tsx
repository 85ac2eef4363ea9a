/** Letters of the chart; each opens its review. */
import { useMay } from '../../core/session.tsx';
import { AddFiles } from '../../files/AddFiles.tsx';
import { ItemLink } from './ItemLink.tsx';
import { ListPanel } from './ListPanel.tsx';
import { usePatient } from './usePatient.ts';

export function DocumentsTab() {
  const patient = usePatient();
  const may = useMay('document.add');
  return (
    <ListPanel list="documents" titleOf={(item) => <ItemLink item={item} patient={patient} />} adding={may && <AddFiles />} />
  );
}
