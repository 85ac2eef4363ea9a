/** What the letter says that may go into the chart, line by line, each tied to its place on the page. */
import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { Bot, CircleCheck, CircleSlash, TriangleAlert } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Proposal } from '../../../src-shared/contract/documents.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { type Command, useCommands } from '../../commands/registry.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Keys } from '../../components/Keys.tsx';
import { useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { percent } from '../../format/numbers.ts';
import classes from './Proposals.module.css';

/** Parts of a value that a clinician may put right, in the order in which they are read. */
const FIELDS = [
  'name',
  'text',
  'substance',
  'strength',
  'dose',
  'route',
  'frequency',
  'status',
  'value',
  'unit',
  'flag',
  'date',
] as const;

interface Props {
  patient: PatientId;
  document: string;
  proposals: readonly Proposal[];
  chosen: string | null;
  onChoose: (proposal: Proposal) => void;
  /** Nothing is taken before somebody has said whose letter it is. */
  waits?: boolean;
}

export function Proposals({ patient, document, proposals, chosen, onChoose, waits = false }: Props) {
  const { t } = useTranslation();
  const may = useMay('proposal.accept') && !waits;
  const accept = useAct('documents.accept');
  const setAside = useAct('documents.setAside');
  const [editing, setEditing] = useState<string | null>(null);
  const current = proposals.find((proposal) => proposal.id === chosen && proposal.state === 'offered');
  const { mutate: take } = accept;
  const { mutate: drop } = setAside;

  const commands = useMemo<Command[]>(() => {
    const open = proposals.filter((proposal) => proposal.state === 'offered');
    const after = (from: string) =>
      open[open.findIndex((proposal) => proposal.id === from) + 1] ?? open.find((proposal) => proposal.id !== from);
    const step = () => {
      const next = current ? after(current.id) : open[0];
      if (next) onChoose(next);
    };
    if (!may) return [];
    return [
      { id: 'scan.next-line', title: t('scan.offered'), group: 'do', keys: 'j', run: step },
      ...(current
        ? ([
            {
              id: 'scan.accept',
              title: t('scan.accept'),
              group: 'do',
              keys: 'a',
              run: () => take({ patient, id: document, proposal: current.id }, { onSuccess: step }),
            },
            {
              id: 'scan.set-aside',
              title: t('scan.setAside'),
              group: 'do',
              keys: 'x',
              run: () => drop({ patient, id: document, proposal: current.id }, { onSuccess: step }),
            },
          ] as const)
        : []),
    ];
  }, [t, may, proposals, current, onChoose, take, drop, patient, document]);
  useCommands(commands);

  if (proposals.length === 0)
    return (
      <Text c="dimmed" p="md">
        {t('scan.offeredNone')}
      </Text>
    );
  return (
    <>
      {accept.isError && <ErrorNotice error={accept.error} />}
      {setAside.isError && <ErrorNotice error={setAside.error} />}
      <Text c="dimmed" fz="sm" className={classes.said}>
        <Bot size={14} aria-hidden /> {t('scan.machine')}
      </Text>
      <ul className={classes.list}>
        {proposals.map((proposal) => (
          <li
            key={proposal.id}
            className={classes.item}
            data-offered={proposal.state === 'offered' || undefined}
            data-chosen={proposal.id === chosen || undefined}
          >
            <button
              type="button"
              className={classes.line}
              aria-pressed={proposal.id === chosen}
              onClick={() => onChoose(proposal)}
            >
              <Line proposal={proposal} />
            </button>
            {proposal.state === 'offered' && may && proposal.id === chosen && editing !== proposal.id && (
              <Group gap="xs" mt={6}>
                <Button
                  size="compact-sm"
                  loading={accept.isPending}
                  onClick={() => take({ patient, id: document, proposal: proposal.id })}
                  rightSection={<Keys keys="a" />}
                >
                  {t('scan.acceptShort')}
                </Button>
                <Button size="compact-sm" variant="default" onClick={() => setEditing(proposal.id)}>
                  {t('scan.edit')}
                </Button>
                <Button
                  size="compact-sm"
                  variant="default"
                  loading={setAside.isPending}
                  onClick={() => drop({ patient, id: document, proposal: proposal.id })}
                  rightSection={<Keys keys="x" />}
                >
                  {t('scan.setAside')}
                </Button>
              </Group>
            )}
            {proposal.state === 'offered' && editing === proposal.id && (
              <EditForm
                proposal={proposal}
                busy={accept.isPending}
                onCancel={() => setEditing(null)}
                onTake={(value) =>
                  take({ patient, id: document, proposal: proposal.id, value }, { onSuccess: () => setEditing(null) })
                }
              />
            )}
            <Decided state={proposal.state} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Line({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  return (
    <>
      <span className={classes.kind}>{t(`scan.kinds.${proposal.kind}`)}</span>
      <span className={classes.what}>{inWords(proposal)}</span>
      {proposal.doubtful && (
        <span className={classes.doubt}>
          <TriangleAlert size={14} aria-hidden /> {t('scan.doubt')}
        </span>
      )}
      <span className={classes.source}>
        {t('scan.source', { text: proposal.text, page: proposal.page, confidence: percent(proposal.confidence) })}
      </span>
    </>
  );
}

function Decided({ state }: { state: Proposal['state'] }) {
  const { t } = useTranslation();
  if (state === 'offered') return null;
  return (
    <Text fz="sm" c={state === 'accepted' ? 'var(--ll-green)' : 'dimmed'}>
      {state === 'accepted' ? <CircleCheck size={14} aria-hidden /> : <CircleSlash size={14} aria-hidden />}{' '}
      {state === 'accepted' ? t('scan.inChart') : t('scan.aside')}
    </Text>
  );
}

function EditForm({
  proposal,
  busy,
  onCancel,
  onTake,
}: {
  proposal: Proposal;
  busy: boolean;
  onCancel: () => void;
  onTake: (value: Record<string, string>) => void;
}) {
  const { t } = useTranslation();
  const fields = FIELDS.filter((field) => typeof proposal.value[field] === 'string');
  const [value, setValue] = useState(() => Object.fromEntries(fields.map((field) => [field, String(proposal.value[field])])));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // Only what was changed is handed over; the core derives numbers from the printed value.
        onTake(Object.fromEntries(Object.entries(value).filter(([field, text]) => text !== proposal.value[field])));
      }}
    >
      <Stack gap="xs" mt={6}>
        <SimpleGrid cols={2} spacing="xs">
          {fields.map((field) => (
            <TextInput
              key={field}
              label={t(`scan.fields.${field}`)}
              value={value[field] ?? ''}
              onChange={(event) => setValue({ ...value, [field]: event.currentTarget.value })}
            />
          ))}
        </SimpleGrid>
        <Group gap="xs">
          <Button size="compact-sm" type="submit" loading={busy}>
            {t('scan.takeEdited')}
          </Button>
          <Button size="compact-sm" variant="default" onClick={onCancel}>
            {t('do.cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The offered entry on one line: name, value with unit, dose, route, frequency, status. */
function inWords({ value }: Proposal): string {
  return FIELDS.map((field) => value[field])
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .join(' ');
}
