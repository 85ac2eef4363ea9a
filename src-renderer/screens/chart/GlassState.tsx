/** In the banner: how long an emergency access still lasts, with the way to end it; and how much labels hide, with the way to see it. */
import { Button, Modal } from '@mantine/core';
import { EyeOff, ShieldAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { queryClient, useAct } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { clock } from '../../format/dates.ts';
import classes from './Banner.module.css';
import { GlassForm } from './GlassForm.tsx';

const MINUTE_MS = 60_000;
/** The minutes left are counted anew so often. */
const COUNT_EVERY_MS = 15_000;

export function GlassBroken({ patient, until }: { patient: PatientId; until: string }) {
  const { t } = useTranslation();
  const end = useAct('patients.endGlass');
  const left = useMinutesLeft(until);
  return (
    <span className={classes.alert} role="status">
      <ShieldAlert size={14} aria-hidden />
      {t('chart.banner.glass', { time: clock(until), count: left })}
      <Button size="compact-xs" variant="default" loading={end.isPending} onClick={() => end.mutate({ patient })}>
        {t('chart.banner.endGlass')}
      </Button>
    </span>
  );
}

export function HiddenEntries({ patient, hidden }: { patient: PatientId; hidden: Output<'patients.banner'>['hidden'] }) {
  const { t } = useTranslation();
  const may = useMay('break-glass');
  const [open, setOpen] = useState(false);
  if (hidden.entries === 0) return null;
  return (
    <span className={classes.hidden}>
      <EyeOff size={14} aria-hidden />
      {t('chart.labels.hidden', { count: hidden.entries })}
      {may && (
        <Button size="compact-xs" variant="default" onClick={() => setOpen(true)}>
          {t('chart.labels.show')}
        </Button>
      )}
      {open && (
        <Modal
          opened
          onClose={() => setOpen(false)}
          title={t('chart.labels.showTitle')}
          closeButtonProps={{ 'aria-label': t('do.close') }}
        >
          <GlassForm
            patient={patient}
            intro={t('chart.labels.intro')}
            back={t('do.cancel')}
            onBack={() => setOpen(false)}
            onBroken={() => setOpen(false)}
          />
        </Modal>
      )}
    </span>
  );
}

/** When it is over, everything on the screen is asked for again. */
function useMinutesLeft(until: string): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), COUNT_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const leftMs = Date.parse(until) - now;
  const over = leftMs <= 0;
  useEffect(() => {
    if (over) void queryClient.invalidateQueries();
  }, [over]);
  return Math.max(0, Math.ceil(leftMs / MINUTE_MS));
}
