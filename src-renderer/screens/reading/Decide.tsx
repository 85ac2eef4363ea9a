/** Accept, change or reject: the clinician decides, with a reason where the machine is set aside. */
import { Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Reading } from '../../../src-shared/contract/reading.ts';
import { type Command, useCommands } from '../../commands/registry.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Keys } from '../../components/Keys.tsx';
import { Notice } from '../../components/Notice.tsx';
import { ReasonField } from '../../components/ReasonField.tsx';
import { When } from '../../components/When.tsx';
import { useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';

const GRADES = [0, 1, 2, 3, 4] as const;
const NONE: readonly Command[] = [];

/** @param keys whether single keys decide; not where they mean something else, as in the viewer */
export function Decide({ reading, keys = true }: { reading: Reading; keys?: boolean }) {
  const { t } = useTranslation();
  const may = useMay('reading.decide');
  if (reading.decision) return <Decided decision={reading.decision} finding={reading.finding ?? ''} />;
  return may ? <Deciding reading={reading} keys={keys} /> : <Text c="dimmed">{t('reading.decide.notYours')}</Text>;
}

function Decided({ decision, finding }: { decision: NonNullable<Reading['decision']>; finding: string }) {
  const { t } = useTranslation();
  const grade = GRADES.find((one) => one === decision.grade) ?? 0;
  const words = {
    accepted: t('reading.decide.accepted', { by: decision.by }),
    changed:
      decision.positive === undefined
        ? t('reading.decide.changed', { by: decision.by, grade, name: t(`reading.grades.g${grade}`) })
        : t('reading.decide.changedFilm', {
            by: decision.by,
            answer: t(decision.positive ? 'reading.film.yes' : 'reading.film.no', { finding }),
          }),
    rejected: t('reading.decide.rejected', { by: decision.by }),
  };
  return (
    <Notice tone={decision.verdict === 'rejected' ? 'doubt' : 'good'} title={words[decision.verdict]} role="status">
      {decision.reason && <Text>{decision.reason}</Text>}
      <Text c="dimmed" fz="sm">
        <When at={decision.at} />
      </Text>
    </Notice>
  );
}

function Deciding({ reading, keys }: { reading: Reading; keys: boolean }) {
  const { t } = useTranslation();
  const decide = useAct('readings.decide');
  const [asking, setAsking] = useState<'changed' | 'rejected' | null>(null);
  const [grade, setGrade] = useState(reading.grade ?? 0);
  const film = reading.task === 'chest-xray';
  const { finding = '' } = reading;
  // Whoever changes the answer of a film means the other one.
  const positive = reading.positive !== true;
  const [reason, setReason] = useState('');
  const { patient, id } = reading;
  const graded = reading.status === 'accepted';
  const { mutate } = decide;
  const commands = useMemo<Command[]>(
    () => [
      {
        id: 'reading.accept',
        title: t('reading.decide.accept'),
        group: 'do',
        keys: 'a',
        run: () => mutate({ patient, id, verdict: 'accepted' }),
      },
      ...(graded
        ? [
            {
              id: 'reading.change',
              title: t('reading.decide.change'),
              group: 'do',
              keys: 'e',
              run: () => setAsking('changed'),
            } as const,
          ]
        : []),
      { id: 'reading.reject', title: t('reading.decide.reject'), group: 'do', keys: 'r', run: () => setAsking('rejected') },
    ],
    [t, mutate, patient, id, graded],
  );
  useCommands(keys ? commands : NONE);
  return (
    <Stack gap="sm">
      {asking === null ? (
        <Group gap="sm">
          <Button
            onClick={() => mutate({ patient, id, verdict: 'accepted' })}
            loading={decide.isPending}
            rightSection={keys && <Keys keys="a" />}
          >
            {graded ? t('reading.decide.accept') : t('reading.decide.acknowledge')}
          </Button>
          {graded && (
            <Button variant="default" onClick={() => setAsking('changed')} rightSection={keys && <Keys keys="e" />}>
              {t('reading.decide.change')}
            </Button>
          )}
          <Button variant="default" onClick={() => setAsking('rejected')} rightSection={keys && <Keys keys="r" />}>
            {t('reading.decide.reject')}
          </Button>
        </Group>
      ) : (
        <form
          onKeyDown={(event) => {
            if (event.key === 'Escape') setAsking(null);
          }}
          onSubmit={(event) => {
            event.preventDefault();
            mutate({
              patient,
              id,
              verdict: asking,
              reason: reason.trim(),
              ...(asking !== 'changed' ? {} : film ? { positive } : { grade }),
            });
          }}
        >
          <Stack gap="sm">
            {asking === 'changed' && film && (
              <Text>
                {t('reading.decide.becomes', { answer: t(positive ? 'reading.film.yes' : 'reading.film.no', { finding }) })}
              </Text>
            )}
            {asking === 'changed' && !film && (
              <NativeSelect
                label={t('reading.decide.newGrade')}
                value={String(grade)}
                onChange={(event) => setGrade(Number(event.currentTarget.value))}
                data={GRADES.map((one) => ({
                  value: String(one),
                  label: t('reading.grade', { grade: one, name: t(`reading.grades.g${one}`) }),
                }))}
              />
            )}
            <ReasonField
              label={t('reading.decide.reason')}
              description={t('reading.decide.reasonHint')}
              value={reason}
              onChange={setReason}
              autoFocus
            />
            <Group gap="sm">
              <Button type="submit" loading={decide.isPending} disabled={reason.trim() === ''}>
                {asking === 'rejected'
                  ? t('reading.decide.confirmReject')
                  : film
                    ? t('reading.decide.confirmFilm')
                    : t('reading.decide.confirmChange')}
              </Button>
              <Button variant="default" onClick={() => setAsking(null)}>
                {t('do.cancel')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
      {decide.isError && <ErrorNotice error={decide.error} />}
    </Stack>
  );
}
