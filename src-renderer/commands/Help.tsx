/** `?`: every key that works here, from the registry. */
import { Modal, Table, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Keys } from '../components/Keys.tsx';
import { useAllCommands } from './registry.ts';

const groups = ['view', 'chart', 'do', 'go', 'help'] as const;

export function Help({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const commands = useAllCommands().filter((command) => command.keys);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t('frame.help.title')}
      size="md"
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      {groups.map((group) => {
        const rows = commands.filter((command) => command.group === group);
        return (
          rows.length > 0 && (
            <section key={group}>
              <Title order={3} mt="md">
                {t(`frame.group.${group}`)}
              </Title>
              <Table>
                <Table.Tbody>
                  {rows.map((command) => (
                    <Table.Tr key={command.id}>
                      <Table.Td>{command.title}</Table.Td>
                      <Table.Td ta="end">{command.keys && <Keys keys={command.keys} />}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </section>
          )
        );
      })}
    </Modal>
  );
}
