/** A letter under review: its page with boxes on one side, doubtful words and what it offers on the other. */
import { ActionIcon, Group, Stack, Text } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { ChevronLeft, ChevronRight, Minus, Plus } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Proposal } from '../../../src-shared/contract/documents.ts';
import type { Output } from '../../../src-shared/contract/index.ts';
import { type Command, useCommands } from '../../commands/registry.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { useRead } from '../../core/queries.ts';
import { usePatient } from '../chart/usePatient.ts';
import { RemoveEntry } from '../lifetime/RemoveEntry.tsx';
import classes from './DocumentScreen.module.css';
import { LetterPage } from './LetterPage.tsx';
import { languageName } from './language.ts';
import { OtherPerson } from './OtherPerson.tsx';
import { Proposals } from './Proposals.tsx';
import { WordPanel } from './WordPanel.tsx';

/** 1 is the width of the frame. */
const ZOOM_MIN = 0.5;
const ZOOM_MAX = 4;
const ZOOM_STEP = 1.4;

export function DocumentScreen() {
  const { t } = useTranslation();
  const patient = usePatient();
  const { doc } = useParams({ from: '/patient/$id/document/$doc' });
  const document = useRead('documents.get', { patient, id: doc });
  const navigate = useNavigate();
  return (
    <Screen
      title={document.data?.title ?? t('scan.title')}
      actions={
        document.data && (
          <RemoveEntry
            patient={patient}
            entry={{ type: 'DocumentReference', id: doc, title: document.data.title }}
            onRemoved={() => void navigate({ to: '/patient/$id/documents', params: { id: patient } })}
          />
        )
      }
    >
      <Loaded query={document} what={t('scan.title')} lines={12}>
        {/* That one letter was said to be of this patient says nothing of the next. */}
        {(letter) => <Review key={letter.id} letter={letter} />}
      </Loaded>
    </Screen>
  );
}

function Review({ letter }: { letter: Output<'documents.get'> }) {
  const { t } = useTranslation();
  const patient = usePatient();
  const [number, setNumber] = useState(1);
  const [zoom, setZoom] = useState(1);
  const [word, setWord] = useState<number | null>(null);
  const [proposal, setProposal] = useState<string | null>(null);
  const [sure, setSure] = useState(letter.otherPerson === undefined);
  const page = letter.pages.find((one) => one.page === number) ?? letter.pages[0];
  const chosen = letter.proposals.find((one) => one.id === proposal);
  const last = letter.pages.length;

  const goTo = useCallback(
    (next: number) => {
      setNumber(Math.min(last, Math.max(1, next)));
      setWord(null);
    },
    [last],
  );
  const choose = useCallback(
    (next: Proposal) => {
      setProposal(next.id);
      goTo(next.page);
    },
    [goTo],
  );
  const commands = useMemo<Command[]>(
    () => [
      { id: 'scan.next-page', title: t('scan.nextPage'), group: 'go', keys: 'pagedown', run: () => goTo(number + 1) },
      { id: 'scan.previous-page', title: t('scan.previousPage'), group: 'go', keys: 'pageup', run: () => goTo(number - 1) },
    ],
    [t, goTo, number],
  );
  useCommands(commands);
  if (!page) return null;
  const decided = letter.proposals.filter((one) => one.state !== 'offered').length;
  return (
    <Stack gap="sm">
      {letter.otherPerson && !sure && <OtherPerson patient={patient} stated={letter.otherPerson} onSure={() => setSure(true)} />}
      <div className={classes.columns}>
        <Stack gap="xs" className={classes.letter}>
          <Group gap="xs" justify="space-between">
            <Group gap="xs">
              <ActionIcon
                variant="default"
                aria-label={t('scan.previousPage')}
                onClick={() => goTo(number - 1)}
                disabled={number <= 1}
              >
                <ChevronLeft size={16} />
              </ActionIcon>
              <Text>{t('scan.pageOf', { page: page.page, pages: last })}</Text>
              <ActionIcon
                variant="default"
                aria-label={t('scan.nextPage')}
                onClick={() => goTo(number + 1)}
                disabled={number >= last}
              >
                <ChevronRight size={16} />
              </ActionIcon>
              <Text c="dimmed" fz="sm">
                {t('scan.facts', {
                  source: page.source === 'text-layer' ? t('scan.textLayer') : t('scan.recognised'),
                  language: languageName(page.language),
                })}
              </Text>
            </Group>
            <Group gap="xs">
              <ActionIcon
                variant="default"
                aria-label={t('scan.zoomOut')}
                onClick={() => setZoom((was) => Math.max(ZOOM_MIN, was / ZOOM_STEP))}
              >
                <Minus size={16} />
              </ActionIcon>
              <ActionIcon
                variant="default"
                aria-label={t('scan.zoomIn')}
                onClick={() => setZoom((was) => Math.min(ZOOM_MAX, was * ZOOM_STEP))}
              >
                <Plus size={16} />
              </ActionIcon>
            </Group>
          </Group>
          <LetterPage
            patient={patient}
            document={letter.id}
            page={page}
            zoom={zoom}
            chosen={word}
            passage={chosen?.page === page.page ? chosen.box : null}
            onChoose={setWord}
          />
        </Stack>
        <Stack gap="sm">
          <Panel title={t('scan.words')}>
            <WordPanel patient={patient} document={letter.id} page={page} chosen={word} onChoose={setWord} />
          </Panel>
          <Panel
            title={t('scan.offered')}
            actions={
              <Text c="dimmed" fz="sm">
                {t('scan.progress', { decided, total: letter.proposals.length })}
              </Text>
            }
            flush
          >
            <Proposals
              patient={patient}
              document={letter.id}
              proposals={letter.proposals}
              chosen={proposal}
              onChoose={choose}
              waits={!sure}
            />
          </Panel>
          <Panel title={t('scan.text')}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys */}
            <section className={classes.text} aria-label={t('scan.text')} tabIndex={0}>
              {page.text}
            </section>
          </Panel>
        </Stack>
      </div>
    </Stack>
  );
}
