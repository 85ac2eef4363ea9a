/** Backups in the folder of the plan that this vault does not know of, because it was restored from an earlier one: each may be taken into the list, or left. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Notice } from '../../../components/Notice.tsx';
import { useAct } from '../../../core/queries.ts';
import { useMay } from '../../../core/session.tsx';
import { moment } from '../../../format/dates.ts';
import { size } from '../../../format/numbers.ts';

type Found = NonNullable<Output<'backup.state'>['plan']>['unlisted'];

export function Unlisted({ backups }: { backups: Found }) {
  const { t } = useTranslation();
  const may = useMay('backup');
  const adopt = useAct('backup.adopt');
  return (
    <Notice tone="doubt" title={t('backup.unlisted', { count: backups.length })}>
      <Stack gap="xs">
        <Text>{t('backup.unlistedMeaning')}</Text>
        {backups.map(({ name, createdAt, bytes }) => (
          <Group key={name} gap="sm">
            <Text>{t('backup.unlistedOne', { at: moment(createdAt), size: size(bytes) })}</Text>
            {may && (
              <Button
                variant="default"
                size="compact-xs"
                loading={adopt.isPending && adopt.variables?.name === name}
                onClick={() => adopt.mutate({ name })}
                aria-label={t('backup.adoptOf', { at: moment(createdAt) })}
              >
                {t('backup.adopt')}
              </Button>
            )}
          </Group>
        ))}
        {adopt.isError && <ErrorNotice error={adopt.error} />}
      </Stack>
    </Notice>
  );
}
