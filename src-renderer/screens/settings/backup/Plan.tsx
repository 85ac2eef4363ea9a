/** Into which folder, how often, how many are kept, and when the next is due. */
import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Fact, Facts } from '../../../components/Facts.tsx';
import { When } from '../../../components/When.tsx';
import { useAct } from '../../../core/queries.ts';
import { useMay } from '../../../core/session.tsx';
import { choose } from '../../../core/shell.ts';

const EVERY_DAYS = [1, 2, 3, 7] as const;
const KEEP = [2, 7, 14, 30] as const;
const usual = { everyDays: 1, keep: 14 } as const;

export function Plan({ plan }: { plan: Output<'backup.state'>['plan'] }) {
  const { t } = useTranslation();
  const may = useMay('backup');
  const set = useAct('backup.plan');
  const { everyDays, keep } = plan ?? usual;

  async function chooseFolder() {
    const folder = await choose('backup-folder');
    if (folder) set.mutate({ folder: folder.handle, everyDays, keep });
  }
  const among = (choices: readonly number[], now: number) => [...new Set([...choices, now])].sort((a, b) => a - b);
  return (
    <Stack gap="sm">
      {plan ? (
        <>
          <Facts>
            <Fact name={t('backup.folder')}>{plan.folder}</Fact>
            <Fact name={t('backup.next')}>
              {Date.parse(plan.nextAt) <= Date.now() ? t('backup.due') : <When at={plan.nextAt} />}
              <Text c="dimmed" fz="xs">
                {t('backup.nextHint')}
              </Text>
            </Fact>
          </Facts>
          <Group gap="lg" align="flex-end">
            <NativeSelect
              label={t('backup.every')}
              value={String(everyDays)}
              disabled={!may || set.isPending}
              onChange={(event) => set.mutate({ everyDays: Number(event.currentTarget.value), keep })}
              data={among(EVERY_DAYS, everyDays).map((count) => ({ value: String(count), label: t('backup.days', { count }) }))}
            />
            <NativeSelect
              label={t('backup.keep')}
              value={String(keep)}
              disabled={!may || set.isPending}
              onChange={(event) => set.mutate({ everyDays, keep: Number(event.currentTarget.value) })}
              data={among(KEEP, keep).map((count) => ({ value: String(count), label: t('backup.kept', { count }) }))}
            />
          </Group>
        </>
      ) : (
        <Text c="dimmed">{may ? t('backup.noPlanMine') : t('backup.noPlan')}</Text>
      )}
      {may && (
        <div>
          <Button
            variant={plan ? 'default' : 'filled'}
            leftSection={<FolderOpen size={16} aria-hidden />}
            onClick={() => void chooseFolder()}
            loading={set.isPending}
          >
            {t(plan ? 'backup.chooseOther' : 'backup.choose')}
          </Button>
        </div>
      )}
      {set.isError && <ErrorNotice error={set.error} />}
    </Stack>
  );
}
