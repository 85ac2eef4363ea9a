/** One incident: what happened, to whom, by when others must know, and what was decided. */
import { Button, Stack, Text } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Incident } from '../../../src-shared/contract/incidents.ts';
import { rules } from '../../../src-shared/incidents/rules.ts';
import { finishedStates } from '../../../src-shared/incidents/states.ts';
import { Column, Columns } from '../../components/Columns.tsx';
import { Fact, Facts } from '../../components/Facts.tsx';
import { Loaded } from '../../components/Loaded.tsx';
import { Panel } from '../../components/Panel.tsx';
import { Screen } from '../../components/Screen.tsx';
import { When } from '../../components/When.tsx';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay, useSession } from '../../core/session.tsx';
import { moment } from '../../format/dates.ts';
import { Decide } from './Decide.tsx';
import classes from './incidents.module.css';
import { SeverityMark, StateMark } from './Marks.tsx';
import { Patients } from './Patients.tsx';
import { Report } from './Report.tsx';
import { Steps } from './Steps.tsx';

const route = getRouteApi('/incidents/$id');

export function IncidentScreen() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const read = useRead('incidents.get', { incident: id });
  const mayWrite = useMay('incident.write');
  const incident = read.data;
  return (
    <Screen
      title={incident ? rules[incident.rule].title : t('incidents.title')}
      intro={
        incident && (
          <span className={classes.line}>
            <SeverityMark of={incident.severity} />
            <StateMark of={incident.state} />
            <span>{t('incidents.number', { number: incident.label ?? incident.number })}</span>
            <Link to="/incidents">{t('incidents.all')}</Link>
          </span>
        )
      }
    >
      <Loaded query={read} what={t('incidents.title')} lines={8}>
        {(shown) => (
          <Columns>
            <Column>
              <What of={shown} />
              <Patients of={shown} />
              <Steps of={shown} />
            </Column>
            <Column>
              <Decide key={shown.state} of={shown} />
              <Clocks of={shown} />
              {mayWrite && <Report of={shown} />}
            </Column>
          </Columns>
        )}
      </Loaded>
    </Screen>
  );
}

function What({ of }: { of: Incident }) {
  const { t } = useTranslation();
  return (
    <Panel title={t('incidents.what')}>
      <Stack gap="sm">
        <Text fw={600}>{of.said}</Text>
        <Facts>
          <Fact name={t('incidents.facts.who')}>{of.personName ?? of.person ?? t('incidents.nobody')}</Fact>
          {of.workstation && <Fact name={t('incidents.facts.where')}>{of.workstation}</Fact>}
          <Fact name={t('incidents.facts.when')}>
            {t('incidents.facts.to', { from: moment(of.begins), to: moment(of.ends) })}
          </Fact>
          <Fact name={t('incidents.facts.discovered')}>
            <When at={of.discovered} />
          </Fact>
          <Fact name={t('incidents.facts.assigned')}>
            <Assigned of={of} />
          </Fact>
        </Facts>
      </Stack>
    </Panel>
  );
}

function Assigned({ of }: { of: Incident }) {
  const { t } = useTranslation();
  const { person } = useSession();
  const may = useMay('incident.write');
  const assign = useAct('incidents.assign');
  return (
    <>
      {of.assignedName ?? t('incidents.facts.nobody')}{' '}
      {may && of.assigned !== person.id && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<Users size={14} aria-hidden />}
          loading={assign.isPending}
          onClick={() => assign.mutate({ incident: of.id, person: person.id })}
        >
          {t('incidents.decide.take')}
        </Button>
      )}
    </>
  );
}

const HOUR_MS = 3_600_000;
/** Below this a clock is red. */
const NEAR_HOURS = { authority: 24, individuals: 7 * 24 };

function Clocks({ of }: { of: Incident }) {
  const { t } = useTranslation();
  const over = finishedStates.includes(of.state) && of.state !== 'closed';
  return (
    <Panel title={t('incidents.clocks.title')}>
      <Stack gap="sm">
        <Text c="dimmed">{t(over ? 'incidents.clocks.met' : 'incidents.clocks.intro')}</Text>
        <dl className={classes.clocks}>
          {(['authority', 'individuals'] as const).map((which) => (
            <div key={which}>
              <dt>{t(`incidents.clocks.${which}`)}</dt>
              <dd>
                <When at={of.deadlines[which]} />
                {!over && <Left until={of.deadlines[which]} nearHours={NEAR_HOURS[which]} />}
              </dd>
            </div>
          ))}
        </dl>
      </Stack>
    </Panel>
  );
}

function Left({ until, nearHours }: { until: string; nearHours: number }) {
  const { t } = useTranslation();
  const hours = Math.floor((Date.parse(until) - Date.now()) / HOUR_MS);
  const words =
    hours < 0
      ? t('incidents.clocks.over')
      : hours < 100
        ? t('incidents.clocks.left', { count: hours })
        : t('incidents.clocks.days', { count: Math.floor(hours / 24) });
  return (
    <span className={classes.left} data-near={hours < nearHours || undefined}>
      {words}
    </span>
  );
}
