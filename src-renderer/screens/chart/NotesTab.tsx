/** Signed notes, and the one that is half written. */
import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { NotebookPen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useMay } from '../../core/session.tsx';
import { ListPanel } from './ListPanel.tsx';
import { usePatient } from './usePatient.ts';

export function NotesTab() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const patient = usePatient();
  const may = useMay('note.write');
  return (
    <ListPanel
      list="notes"
      titleOf={(item) => (
        <Link to="/patient/$id/notes/$note" params={{ id: patient, note: item.id }}>
          {item.title}
        </Link>
      )}
      adding={
        may && (
          <Button
            leftSection={<NotebookPen size={16} aria-hidden />}
            onClick={() => void navigate({ to: '/patient/$id/notes/new', params: { id: patient } })}
          >
            {t('chart.notes.new')}
          </Button>
        )
      }
    />
  );
}
