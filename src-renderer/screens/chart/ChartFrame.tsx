/** A patient's chart: the banner that never scrolls away, tabs, work area, side panel; files may be dropped anywhere on it. */
import { Button } from '@mantine/core';
import { Outlet, useNavigate, useParams } from '@tanstack/react-router';
import { MessageCircleQuestion } from 'lucide-react';
import { lazy, Suspense, useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { patientId } from '../../../src-shared/contract/types.ts';
import { AppError } from '../../../src-shared/errors/index.ts';
import { type Command, useCommands } from '../../commands/registry.ts';
import { Boundary } from '../../components/Boundary.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { FileDrop } from '../../files/FileDrop.tsx';
import { Banner } from './Banner.tsx';
import { BreakGlass } from './BreakGlass.tsx';
import { ChartTabs } from './ChartTabs.tsx';
import classes from './chart.module.css';
import { chartTabs } from './tabs.ts';

const CoachingPanel = lazy(() => import('../coaching/CoachingPanel.tsx').then((module) => ({ default: module.CoachingPanel })));

export function ChartFrame() {
  const { t } = useTranslation();
  const params = useParams({ from: '/patient/$id' });
  const patient = patientId.parse(params.id);
  // Each opening is one of its own: for the log, and for the charts opened last.
  const banner = useRead('patients.banner', { patient }, { anew: true });
  const mayRead = useMay('chart.read');
  const mayAsk = useMay('coaching.ask-on-patient');
  const [side, setSide] = useState(false);
  const toggleSide = useCallback(() => setSide((open) => !open), []);
  useChartCommands(params.id, mayAsk ? toggleSide : undefined);

  if (banner.error instanceof AppError && banner.error.code === 'not-in-care-team') return <BreakGlass patient={patient} />;
  return (
    <Loaded query={banner} what={t('chart.banner.label')}>
      {(who) => (
        <FileDrop patient={patient} name={who.name}>
          <div className={classes.chart} data-side={side || undefined}>
            <div className={classes.top}>
              <Banner who={who} />
              {mayRead && (
                <div className={classes.bar}>
                  <ChartTabs patient={patient} />
                  {mayAsk && (
                    <Button
                      variant={side ? 'light' : 'subtle'}
                      leftSection={<MessageCircleQuestion size={16} aria-hidden />}
                      aria-expanded={side}
                      onClick={toggleSide}
                    >
                      {t('chart.side.open')}
                    </Button>
                  )}
                </div>
              )}
            </div>
            <div className={classes.content}>
              <Boundary key={params.id}>
                <Outlet />
              </Boundary>
            </div>
            {side && (
              <aside className={classes.side} aria-label={t('chart.side.label')}>
                <Boundary>
                  <Suspense>
                    <CoachingPanel patient={patient} onClose={() => setSide(false)} />
                  </Suspense>
                </Boundary>
              </aside>
            )}
          </div>
        </FileDrop>
      )}
    </Loaded>
  );
}

function useChartCommands(id: string, toggleSide: (() => void) | undefined): void {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const mayWrite = useMay('note.write');
  const commands = useMemo<Command[]>(
    () => [
      ...chartTabs.map(
        (tab, index): Command => ({
          id: `chart.${tab.name}`,
          title: t(`chart.tabs.${tab.name}`),
          group: 'chart',
          keys: index < 9 ? `alt+${index + 1}` : undefined,
          run: () => void navigate({ to: tab.to, params: { id } }),
        }),
      ),
      ...(mayWrite
        ? [
            {
              id: 'note.new',
              title: t('chart.notes.new'),
              group: 'chart',
              keys: 'n',
              run: () => void navigate({ to: '/patient/$id/notes/new', params: { id } }),
            } as const,
          ]
        : []),
    ],
    [t, navigate, id, mayWrite],
  );
  useCommands(commands);
  const ask = useMemo<Command[]>(
    () => (toggleSide ? [{ id: 'coach.toggle', title: t('chart.side.open'), group: 'chart', keys: 'c', run: toggleSide }] : []),
    [toggleSide, t],
  );
  useCommands(ask);
}
