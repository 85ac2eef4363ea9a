/** Removes a note, a letter, a picture or an entry from the chart, with a reason; the way back stands there for ten seconds, and under “Record” for a year. */
import { Button, NativeSelect } from '@mantine/core';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { removalGrounds } from '../../../src-shared/contract/lifetime.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { ReasonForm } from '../../components/ReasonForm.tsx';
import { call } from '../../core/connection.ts';
import { useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { offerUndo } from '../../core/undo.ts';

interface Entry {
  type: string;
  id: string;
  title: string;
}

/** The button with its dialog; nothing where this person may not. */
export function RemoveEntry({
  patient,
  entry,
  compact = false,
  onRemoved,
}: {
  patient: PatientId;
  entry: Entry;
  compact?: boolean;
  onRemoved?: () => void;
}) {
  const { t } = useTranslation();
  const may = useMay('record.remove');
  const [open, setOpen] = useState(false);
  if (!may) return null;
  return (
    <>
      <Button
        variant={compact ? 'subtle' : 'default'}
        color={compact ? 'gray' : undefined}
        size={compact ? 'compact-sm' : undefined}
        leftSection={compact ? undefined : <Trash2 size={16} aria-hidden />}
        aria-label={t('lifetime.remove.named', { title: entry.title })}
        onClick={() => setOpen(true)}
      >
        {t('lifetime.remove.button')}
      </Button>
      {open && <Dialog patient={patient} entry={entry} onClose={() => setOpen(false)} onRemoved={onRemoved} />}
    </>
  );
}

function Dialog({
  patient,
  entry,
  onClose,
  onRemoved,
}: {
  patient: PatientId;
  entry: Entry;
  onClose: () => void;
  onRemoved?: () => void;
}) {
  const { t } = useTranslation();
  const remove = useAct('records.remove');
  const [ground, setGround] = useState<(typeof removalGrounds)[number]>('entered-in-error');
  return (
    <ReasonForm
      title={t('lifetime.remove.title', { title: entry.title })}
      meaning={t('lifetime.remove.meaning')}
      label={t('lifetime.remove.reason')}
      confirm={t('lifetime.remove.confirm')}
      act={remove}
      onClose={onClose}
      onSubmit={(reason) =>
        remove.mutate(
          { patient, type: entry.type, id: entry.id, ground, reason },
          {
            onSuccess: ({ removal }) => {
              offerUndo({
                text: t('lifetime.remove.done', { title: entry.title }),
                // Where it fails, the entry still stands under “Record” with its way back.
                undo: () => void call('records.restore', { patient, removal }).catch(() => undefined),
              });
              onClose();
              onRemoved?.();
            },
          },
        )
      }
    >
      <GroundSelect value={ground} onChange={setGround} />
    </ReasonForm>
  );
}

export function GroundSelect({
  value,
  onChange,
}: {
  value: (typeof removalGrounds)[number];
  onChange: (ground: (typeof removalGrounds)[number]) => void;
}) {
  const { t } = useTranslation();
  return (
    <NativeSelect
      label={t('lifetime.remove.ground')}
      value={value}
      onChange={(event) => {
        const chosen = removalGrounds.find((ground) => ground === event.currentTarget.value);
        if (chosen) onChange(chosen);
      }}
      data={removalGrounds.map((ground) => ({ value: ground, label: t(`lifetime.removed.ground.${ground}`) }))}
    />
  );
}
