/** Keeps what is written as a template of the clinic, over the chosen one or as a new one. */
import { ActionIcon, Button, Group, Modal, Stack, Text, TextInput, Tooltip } from '@mantine/core';
import { BookmarkPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ImagingStudyRow } from '../../../src-shared/contract/imaging.ts';
import type { ReportTemplate } from '../../../src-shared/contract/radiology.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { refresh, useAct } from '../../core/queries.ts';
import type { ReportDraft } from '../../imaging/report-draft.ts';

export function SaveTemplate({
  form,
  study,
  templates,
}: {
  form: ReportDraft;
  study: ImagingStudyRow;
  templates: readonly ReportTemplate[];
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const chosen = templates.find(({ id }) => id === form.template);
  const [name, setName] = useState('');
  const save = useAct('radiology.saveTemplate');
  const remove = useAct('radiology.removeTemplate');
  const done = () => {
    refresh('radiology.templates');
    setOpen(false);
  };
  const keep = (over: boolean) =>
    save.mutate(
      {
        ...(over && chosen ? { id: chosen.id, expectedVersion: chosen.version } : {}),
        name: name.trim(),
        modality: chosen?.modality ?? study.modalities.find((one) => one !== 'SR'),
        bodyPart: chosen?.bodyPart ?? study.bodyParts[0],
        sections: form.sections,
      },
      { onSuccess: done },
    );
  return (
    <>
      <Tooltip label={t('imaging.report.saveTemplate')}>
        <ActionIcon
          variant="default"
          aria-label={t('imaging.report.saveTemplate')}
          onClick={() => {
            setName(chosen?.name ?? form.title);
            setOpen(true);
          }}
        >
          <BookmarkPlus size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        title={t('imaging.report.saveTemplate')}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        <Stack gap="sm">
          <Text size="sm">{t('imaging.report.templateMeans')}</Text>
          <TextInput
            data-autofocus
            label={t('imaging.report.templateName')}
            value={name}
            maxLength={120}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {save.isError && <ErrorNotice error={save.error} />}
          {remove.isError && <ErrorNotice error={remove.error} />}
          <Group justify="flex-end" gap="xs">
            {chosen && !chosen.builtIn && (
              <Button
                variant="subtle"
                color="red"
                loading={remove.isPending}
                onClick={() => remove.mutate({ id: chosen.id }, { onSuccess: done })}
              >
                {t('imaging.report.removeTemplate', { name: chosen.name })}
              </Button>
            )}
            {chosen && (
              <Button variant="default" disabled={name.trim() === ''} loading={save.isPending} onClick={() => keep(true)}>
                {t('imaging.report.overTemplate', { name: chosen.name })}
              </Button>
            )}
            <Button disabled={name.trim() === ''} loading={save.isPending} onClick={() => keep(false)}>
              {t('imaging.report.newTemplate')}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
