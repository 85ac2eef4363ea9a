/** Who am I, which clinic, search, long work, synchronisation, lock. */
import { ActionIcon, Button, Menu, Popover, Stack, Text, Tooltip } from '@mantine/core';
import { useLocation, useNavigate } from '@tanstack/react-router';
import {
  CloudOff,
  CloudUpload,
  Cloudy,
  FlaskConical,
  ListChecks,
  Lock,
  LogOut,
  Search,
  ShieldAlert,
  TriangleAlert,
  UserRound,
  UsersRound,
} from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../src-shared/contract/index.ts';
import type { JobState } from '../../src-shared/contract/wire.ts';
import { JobRow } from '../components/JobRow.tsx';
import { Keys } from '../components/Keys.tsx';
import { Empty } from '../components/Loaded.tsx';
import { call } from '../core/connection.ts';
import { flushDrafts } from '../core/drafts.ts';
import { isRunning, useJobs } from '../core/jobs.ts';
import { refresh, useRead } from '../core/queries.ts';
import { useMay, useSession } from '../core/session.tsx';
import { schemes, useScheme } from '../theme/scheme.ts';
import { cover } from './cover.ts';
import classes from './Frame.module.css';
import { leaveBy } from './leaving.ts';
import { lock } from './locking.ts';
import { forgetPlace } from './whereabouts.ts';

const DAY_MS = 86_400_000;
const JOBS_SHOWN_MAX = 50;

export function Header({ onSearch }: { onSearch: () => void }) {
  const { t } = useTranslation();
  const { status } = useSession();
  return (
    <header className={classes.header} aria-label={t('frame.header')}>
      <div className={classes.where}>
        <span className={classes.brand}>{t('frame.product')}</span>
        <Text span className={classes.clinic} truncate>
          {status.clinic}
        </Text>
        {status.sample && (
          <Tooltip label={t('frame.sampleHint')}>
            <span className={classes.sample}>
              <FlaskConical size={14} aria-hidden />
              {t('frame.sample')}
            </span>
          </Tooltip>
        )}
      </div>
      <button type="button" className={classes.search} onClick={onSearch}>
        <Search size={16} aria-hidden />
        <span>{t('frame.search')}</span>
        <Keys keys="mod+k" />
      </button>
      <div className={classes.states}>
        <JobsButton />
        <SyncState />
        <FactorDue />
        <Account />
        <Tooltip label={<Keys keys="mod+l" />}>
          <ActionIcon aria-label={t('frame.lock')} aria-keyshortcuts="Control+L" onClick={() => void lock('shortcut')}>
            <Lock size={18} />
          </ActionIcon>
        </Tooltip>
      </div>
    </header>
  );
}

function JobsButton() {
  const { t } = useTranslation();
  const jobs = useJobs();
  const running = jobs.filter(isRunning).length;
  // A link in it leads to another place, where it is closed again.
  const place = useLocation({ select: ({ pathname }) => pathname });
  return (
    <Popover key={place} position="bottom-end" width={360} shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant={running > 0 ? 'light' : 'subtle'}
          color={running > 0 ? 'blue' : 'gray'}
          leftSection={<ListChecks size={16} aria-hidden />}
        >
          {running > 0 ? t('frame.jobs.button', { count: running }) : t('frame.jobs.none')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('frame.jobs.title')} mah="60vh" className={classes.scrolls}>
        <Stack gap="md">
          {jobs.length === 0 ? (
            <Empty>{t('frame.jobs.empty')}</Empty>
          ) : (
            jobs.filter(shown).map((job) => <JobRow key={job.id} job={job} />)
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

/** The latest, and whatever still runs. */
function shown(job: JobState, index: number): boolean {
  return index < JOBS_SHOWN_MAX || isRunning(job);
}

function SyncState() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const may = useMay('sync.read');
  const { data, isError } = useRead('sync.status', {}, { enabled: may });
  if (!data && !isError) return null;
  const { words, Icon, color } = syncWords(data);
  const text = words === 'waiting' ? t('frame.sync.waiting', { count: data?.waiting ?? 0 }) : t(`frame.sync.${words}`);
  return (
    <Button
      variant="subtle"
      color={color}
      leftSection={<Icon size={16} aria-hidden />}
      aria-label={t('frame.sync.label', { state: text })}
      onClick={() => void navigate({ to: '/sync' })}
    >
      {text}
    </Button>
  );
}

/** Without data the state could not be read, which needs somebody's attention too. */
function syncWords(data: Output<'sync.status'> | undefined) {
  if (!data) return { words: 'trouble', Icon: TriangleAlert, color: 'yellow' } as const;
  if (!data.paired) return { words: 'unpaired', Icon: CloudOff, color: 'gray' } as const;
  if (data.refused > 0 || data.conflicts > 0) return { words: 'trouble', Icon: TriangleAlert, color: 'yellow' } as const;
  if (!data.online) return { words: 'offline', Icon: CloudOff, color: 'yellow' } as const;
  if (data.waiting > 0) return { words: 'waiting', Icon: CloudUpload, color: 'gray' } as const;
  return { words: 'online', Icon: Cloudy, color: 'gray' } as const;
}

function Account() {
  const { t } = useTranslation();
  const { person } = useSession();
  const { scheme, choose } = useScheme();
  return (
    <Menu position="bottom-end" width={220} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          leftSection={<UserRound size={16} aria-hidden />}
          aria-label={t('frame.account', { name: person.displayName })}
        >
          <span className={classes.name}>{person.displayName}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={scheme} onChange={(value) => choose(schemes.find((each) => each === value) ?? 'auto')}>
          {schemes.map((each) => (
            <Menu.RadioItem key={each} value={each}>
              {t(`frame.theme.${each}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={<UsersRound size={16} aria-hidden />}
          rightSection={<Keys keys="mod+u" />}
          onClick={() => leaveBy('switch', () => void lock('switch'))}
        >
          {t('frame.switch')}
        </Menu.Item>
        <Menu.Item
          leftSection={<LogOut size={16} aria-hidden />}
          onClick={() => leaveBy('sign-out', () => void signOut(person.id))}
        >
          {t('frame.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The clinic asks for a second factor: until when, or that administration rests because it is late. */
function FactorDue() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { status, person } = useSession();
  const dueAt = status.session?.secondFactorDueAt;
  if (!dueAt) return null;
  const days = Math.max(0, Math.ceil((Date.parse(dueAt) - Date.now()) / DAY_MS));
  const resting = person.resting !== undefined;
  return (
    <Button
      variant="light"
      color={resting ? 'red' : 'yellow'}
      leftSection={<ShieldAlert size={16} aria-hidden />}
      onClick={() => void navigate({ to: '/settings' })}
    >
      {resting ? t('frame.factor.resting') : t('frame.factor.due', { count: days })}
    </Button>
  );
}

async function signOut(person: string): Promise<void> {
  await flushDrafts();
  cover('left');
  forgetPlace(person);
  window.location.hash = '#/';
  await call('session.signOut', {}).catch(() => {});
  refresh('session.status');
}
