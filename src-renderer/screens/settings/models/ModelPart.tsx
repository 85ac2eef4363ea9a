/** One model with its versions: which reads, which stands in the shadow, and the figures of the one that reads. */
import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { CircleCheck, CircleDashed, Ghost, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelRow } from '../../../../src-shared/contract/models.ts';
import { ErrorNotice } from '../../../components/ErrorNotice.tsx';
import { Fact, Facts } from '../../../components/Facts.tsx';
import { useAct } from '../../../core/queries.ts';
import { useMay } from '../../../core/session.tsx';
import { figuresIn } from '../figures.ts';
import classes from '../settings.module.css';
import { History } from './History.tsx';
import { Measured } from './Measured.tsx';
import own from './models.module.css';

const signs = { active: CircleCheck, shadow: Ghost, spare: CircleDashed, refused: TriangleAlert } as const;

export function ModelPart({ versions }: { versions: readonly ModelRow[] }) {
  const { t } = useTranslation();
  const shown = versions.find(({ state }) => state === 'active') ?? versions[0];
  const may = useMay('model.write');
  const mayWatch = useMay('model.watch');
  const back = useAct('models.rollBack');
  const [asking, setAsking] = useState<'card' | 'history' | null>(null);
  if (!shown) return null;
  const figures = figuresIn(shown.metrics);
  return (
    <Stack gap="sm">
      <Group gap="sm" justify="space-between">
        <Text component="h3" fw={600}>
          {shown.title}
        </Text>
        <Group gap="xs">
          <Button variant="default" size="compact-sm" onClick={() => setAsking('card')}>
            {t('settings.models.card')}
          </Button>
          {mayWatch && (
            <Button variant="default" size="compact-sm" onClick={() => setAsking('history')}>
              {t('settings.models.history')}
            </Button>
          )}
          {may && versions.length > 1 && (
            <Button variant="default" size="compact-sm" loading={back.isPending} onClick={() => back.mutate({ id: shown.id })}>
              {t('settings.models.rollBack')}
            </Button>
          )}
        </Group>
      </Group>
      {back.isError && <ErrorNotice error={back.error} />}
      <ul className={own.versions} aria-label={t('settings.models.versions', { id: shown.id })}>
        {versions.map((version) => (
          <Version key={version.version} model={version} may={may} />
        ))}
      </ul>
      {shown.researchUse && (
        <Badge color="yellow" className={classes.use}>
          {shown.researchUse}
        </Badge>
      )}
      <Facts>
        <Fact name={t('settings.models.intended')}>{shown.intendedUse}</Fact>
        <Fact name={t('settings.models.population')}>{shown.population}</Fact>
        {shown.provider && (
          <Fact name={t('settings.models.runsOn')}>
            {t('settings.models.runs', { provider: shown.provider, device: shown.device ?? '', count: shown.threads ?? 1 })}
          </Fact>
        )}
      </Facts>
      {figures.length > 0 ? <Measured figures={figures} /> : <Text c="dimmed">{t('settings.models.noMetrics')}</Text>}
      <Modal
        opened={asking !== null}
        onClose={() => setAsking(null)}
        size="xl"
        title={t(asking === 'history' ? 'settings.models.historyOf' : 'settings.models.cardOf', { id: shown.id })}
        closeButtonProps={{ 'aria-label': t('do.close') }}
      >
        {asking === 'history' ? <History id={shown.id} /> : <div className={classes.card}>{shown.card}</div>}
      </Modal>
    </Stack>
  );
}

function Version({ model, may }: { model: ModelRow; may: boolean }) {
  const { t } = useTranslation();
  const { id, version, state, origin, publisher, problem } = model;
  const activate = useAct('models.activate');
  const shadow = useAct('models.shadow');
  const remove = useAct('models.remove');
  const Sign = signs[state];
  const of = { id, version };
  const failed = activate.error ?? shadow.error ?? remove.error;
  return (
    <li className={own.version}>
      <Group gap="sm" justify="space-between">
        <Group gap={6}>
          <span className={own.state} data-state={state}>
            <Sign size={16} aria-hidden /> {t('settings.models.version', of)}
          </span>
          <Text span c="dimmed" fz="sm">
            {t(`settings.models.states.${state}`)}
            {', '}
            {origin === 'shipped'
              ? t('settings.models.shipped')
              : t('settings.models.installedBy', { publisher: publisher ?? '' })}
          </Text>
        </Group>
        {may && state !== 'active' && (
          <Group gap="xs">
            {state !== 'refused' && (
              <Button
                size="compact-sm"
                loading={activate.isPending}
                onClick={() => activate.mutate(of)}
                aria-label={t('settings.models.activateOf', of)}
              >
                {t('settings.models.activate')}
              </Button>
            )}
            {state !== 'refused' && (
              <Button
                variant="default"
                size="compact-sm"
                loading={shadow.isPending}
                onClick={() => shadow.mutate({ id, version: state === 'shadow' ? null : version })}
              >
                {state === 'shadow' ? t('settings.models.endShadow') : t('settings.models.shadow')}
              </Button>
            )}
            {origin === 'installed' && (
              <Button
                variant="default"
                size="compact-sm"
                loading={remove.isPending}
                onClick={() => remove.mutate(of)}
                aria-label={t('settings.models.removeOf', of)}
              >
                {t('settings.models.remove')}
              </Button>
            )}
          </Group>
        )}
      </Group>
      {problem && (
        <Text fz="sm" className={own.problem}>
          {problem}
        </Text>
      )}
      {failed && <ErrorNotice error={failed} />}
    </li>
  );
}
