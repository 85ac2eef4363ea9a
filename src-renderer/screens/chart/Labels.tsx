/** Labels that narrow who sees an entry: shown beside it, set and removed by a clinician with a reason. */
import { ActionIcon, Badge, Checkbox, Modal, SimpleGrid, Stack, Text } from '@mantine/core';
import { EyeOff, Tag } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SensitivityCode, sensitivities, sensitivityCodes } from '../../../src-shared/access/sensitivity.ts';
import { FormEnd } from '../../components/FormEnd.tsx';
import { ReasonField } from '../../components/ReasonField.tsx';
import { useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import classes from './Labels.module.css';
import { usePatient } from './usePatient.ts';

interface Entry {
  type: string;
  id: string;
  title: string;
  labels?: readonly SensitivityCode[];
}

/** The labels of an entry and, for whoever may, the way to change them. */
export function Labels({ entry }: { entry: Entry }) {
  const { t } = useTranslation();
  const may = useMay('label.write');
  const [open, setOpen] = useState(false);
  const labels = entry.labels ?? [];
  if (labels.length === 0 && !may) return null;
  return (
    <span className={classes.labels}>
      <Signs of={labels} />
      {may && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={t('chart.labels.of', { title: entry.title })}
          onClick={() => setOpen(true)}
        >
          <Tag size={14} aria-hidden />
        </ActionIcon>
      )}
      {open && (
        <Modal
          opened
          onClose={() => setOpen(false)}
          size="lg"
          title={t('chart.labels.of', { title: entry.title })}
          closeButtonProps={{ 'aria-label': t('do.close') }}
        >
          <LabelForm entry={entry} held={labels} onDone={() => setOpen(false)} />
        </Modal>
      )}
    </span>
  );
}

/** The labels of an entry where nobody changes them: in an overview. */
export function LabelSigns({ of }: { of: Entry['labels'] }) {
  return of && of.length > 0 ? (
    <span className={classes.labels}>
      <Signs of={of} />
    </span>
  ) : null;
}

function Signs({ of }: { of: readonly SensitivityCode[] }) {
  return of.map((code) => (
    <Badge
      key={code}
      color="gray"
      variant="light"
      leftSection={<EyeOff size={12} aria-hidden />}
      title={sensitivities[code].words}
    >
      {sensitivities[code].words}
    </Badge>
  ));
}

function LabelForm({ entry, held, onDone }: { entry: Entry; held: readonly SensitivityCode[]; onDone: () => void }) {
  const { t } = useTranslation();
  const patient = usePatient();
  const [chosen, setChosen] = useState(held);
  const [reason, setReason] = useState('');
  const set = useAct('labels.set');
  const offered = sensitivityCodes.filter((code) => sensitivities[code].offered || held.includes(code));
  function submit(event: FormEvent) {
    event.preventDefault();
    set.mutate({ patient, type: entry.type, id: entry.id, codes: [...chosen], reason: reason.trim() }, { onSuccess: onDone });
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <Text>{t('chart.labels.meaning')}</Text>
        <Checkbox.Group
          label={t('chart.labels.choose')}
          value={[...chosen]}
          onChange={(values) => setChosen(sensitivityCodes.filter((code) => values.includes(code)))}
        >
          <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="lg" verticalSpacing="xs" mt={6}>
            {offered.map((code) => (
              <Checkbox
                key={code}
                value={code}
                label={sensitivities[code].words}
                description={t('chart.labels.seenBy', {
                  roles: sensitivities[code].roles.map((role) => t(`audit.roles.${role}`)).join(', '),
                })}
                styles={{ input: { borderColor: 'var(--ll-line-strong)' } }}
              />
            ))}
          </SimpleGrid>
        </Checkbox.Group>
        <ReasonField
          label={t('chart.labels.reason')}
          description={t('chart.labels.reasonHint')}
          value={reason}
          onChange={setReason}
          maxLength={300}
        />
        <FormEnd act={set} does={t('chart.labels.save')} disabled={reason.trim().length < 3} onLeave={onDone} />
      </Stack>
    </form>
  );
}
