/** Letters found by their words, and those that are being read now. */
import { Stack, Text, TextInput } from '@mantine/core';
import { Search } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { JobBar } from '../../components/JobBar.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RowLink } from '../../components/RowLink.tsx';
import { Screen } from '../../components/Screen.tsx';
import { isRunning, useJobs } from '../../core/jobs.ts';
import { useRead } from '../../core/queries.ts';

const LENGTH_MIN = 2;

export function LettersScreen() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const wanted = text.trim();
  const found = useRead('documents.find', { text: wanted }, { enabled: wanted.length >= LENGTH_MIN, keepPrevious: true });
  const running = useJobs().filter((job) => job.kind === 'document' && isRunning(job));
  return (
    <Screen title={t('scan.letters')} intro={t('scan.lettersIntro')} ownFocus>
      <Stack gap="md">
        {running.length > 0 && (
          <Panel title={t('scan.reading')} count={running.length}>
            <Stack gap="sm">
              {running.map((job) => (
                <JobBar key={job.id} job={job} />
              ))}
            </Stack>
          </Panel>
        )}
        <TextInput
          label={t('scan.find')}
          description={t('scan.findHint')}
          leftSection={<Search size={16} aria-hidden />}
          size="md"
          maw="40rem"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          type="search"
          autoFocus
        />
        <Panel title={t('scan.found')} count={found.data?.results.length} flush>
          {wanted.length < LENGTH_MIN ? (
            <Text c="dimmed" p="md">
              {t('scan.typeFirst')}
            </Text>
          ) : (
            <Loaded query={found} what={t('scan.found')} isEmpty={(data) => data.results.length === 0} empty={t('scan.nothing')}>
              {(data) =>
                data.results.map((one) => (
                  <RowLink
                    key={`${one.document}/${one.page}`}
                    to="/patient/$id/document/$doc"
                    params={{ id: one.patient, doc: one.document }}
                    aside={t('scan.page', { page: one.page })}
                  >
                    <Text fw={600}>{one.patientName}</Text>
                    <Text>{one.title}</Text>
                    <Text c="dimmed" fz="sm">
                      {one.snippet}
                    </Text>
                  </RowLink>
                ))
              }
            </Loaded>
          )}
        </Panel>
      </Stack>
    </Screen>
  );
}
