/** The modality worklist of a day, with the way to each patient's chart. */
import { Group, NativeSelect, Stack, Table, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Peer } from '../../../src-shared/contract/pacs.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Born } from '../../components/When.tsx';
import { useRead } from '../../core/queries.ts';
import { today } from '../../format/dates.ts';
import { PersonName } from './PersonName.tsx';
import classes from './pacs.module.css';

export function Planned({ worklists }: { worklists: readonly Peer[] }) {
  const { t } = useTranslation();
  const [peer, setPeer] = useState(worklists[0]?.id ?? '');
  const [day, setDay] = useState(today());
  const items = useRead('pacs.worklist', { peer, day }, { enabled: day !== '' });
  return (
    <Panel title={t('pacs.worklist.title')}>
      <Stack gap="md">
        <Group gap="sm" align="end">
          {worklists.length > 1 && (
            <NativeSelect
              label={t('pacs.worklist.archive')}
              value={peer}
              onChange={(event) => setPeer(event.currentTarget.value)}
              data={worklists.map(({ id, name }) => ({ value: id, label: name }))}
            />
          )}
          <TextInput
            type="date"
            label={t('pacs.worklist.day')}
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
        </Group>
        <Loaded
          query={items}
          what={t('pacs.worklist.title')}
          lines={4}
          isEmpty={(found) => found.items.length === 0}
          empty={t('pacs.worklist.empty')}
        >
          {(found) => (
            <Table className={classes.table}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('pacs.worklist.time')}</Table.Th>
                  <Table.Th>{t('pacs.worklist.patient')}</Table.Th>
                  <Table.Th>{t('pacs.worklist.procedure')}</Table.Th>
                  <Table.Th>{t('pacs.worklist.station')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {found.items.map((item, index) => (
                  <Table.Tr key={index}>
                    <Table.Td>{item.time}</Table.Td>
                    <Table.Td>
                      <span className={classes.who}>
                        {item.patient ? (
                          <Link to="/patient/$id" params={{ id: item.patient }}>
                            <strong>
                              <PersonName pn={item.name} otherwise={t('pacs.search.unnamed')} />
                            </strong>
                          </Link>
                        ) : (
                          <strong>
                            <PersonName pn={item.name} otherwise={t('pacs.search.unnamed')} />
                          </strong>
                        )}
                        <span className={classes.quiet}>
                          {item.writtenAlso && <PersonName pn={item.writtenAlso} />}
                          {item.birthDate && <Born date={item.birthDate} />}
                          <span>{item.patientNumber}</span>
                          {!item.patient && <span>{t('pacs.worklist.unknown')}</span>}
                        </span>
                      </span>
                    </Table.Td>
                    <Table.Td>{[item.modality, item.procedure].filter(Boolean).join(' · ')}</Table.Td>
                    <Table.Td>{item.station}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </Loaded>
      </Stack>
    </Panel>
  );
}
