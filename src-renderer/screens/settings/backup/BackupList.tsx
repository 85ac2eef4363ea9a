/** The backups that were made, newest first: what each holds, whether it came back, and until when it is kept. */
import { Button, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../../src-shared/contract/index.ts';
import { HeadedTable } from '../../../components/HeadedTable.tsx';
import { When } from '../../../components/When.tsx';
import { moment } from '../../../format/dates.ts';
import { count, size } from '../../../format/numbers.ts';

type Backup = Output<'backup.state'>['backups'][number];

const SHOWN_MAX = 30;

export function BackupList({ backups, onTest }: { backups: readonly Backup[]; onTest?: ((id: string) => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <div>
      <HeadedTable
        small
        label={t('backup.list')}
        heads={(['at', 'kind', 'holds', 'size', 'tested', 'until', 'do'] as const).map((head) => t(`backup.heads.${head}`))}
      >
        {backups.slice(0, SHOWN_MAX).map((backup) => (
          <Row key={backup.id} of={backup} onTest={onTest} />
        ))}
      </HeadedTable>
      {backups.length > SHOWN_MAX && (
        <Text c="dimmed" fz="xs">
          {t('backup.more', { count: backups.length - SHOWN_MAX })}
        </Text>
      )}
    </div>
  );
}

function Row({ of: backup, onTest }: { of: Backup; onTest?: ((id: string) => void) | undefined }) {
  const { t } = useTranslation();
  return (
    <Table.Tr>
      <Table.Td>
        <When at={backup.createdAt} />
      </Table.Td>
      <Table.Td>{t(`backup.kinds.${backup.kind}`)}</Table.Td>
      <Table.Td>{t('backup.holds', { patients: count(backup.patients), files: count(backup.files) })}</Table.Td>
      <Table.Td>{size(backup.bytes)}</Table.Td>
      <Table.Td>
        {backup.unfit ? (
          t('backup.unfit', { why: backup.unfit })
        ) : backup.verifiedAt ? (
          <When at={backup.verifiedAt} />
        ) : (
          t('backup.never')
        )}
        {backup.lacks > 0 && (
          <Text c="dimmed" fz="xs">
            {t('backup.lacks', { count: backup.lacks })}
          </Text>
        )}
      </Table.Td>
      <Table.Td>
        {backup.removedAt ? t('backup.removed', { at: moment(backup.removedAt) }) : <When at={backup.expiresAt} dayOnly />}
      </Table.Td>
      <Table.Td>
        {onTest && !backup.removedAt && (
          <Button
            variant="default"
            size="compact-xs"
            onClick={() => onTest(backup.id)}
            aria-label={t('backup.testOf', { at: moment(backup.createdAt) })}
          >
            {t('backup.test')}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
