/** Which patient: name family first, born and age, sex, numbers, allergies, alerts. It never scrolls away, and the name leads to the chart. */
import { Link } from '@tanstack/react-router';
import { TriangleAlert, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import { Born } from '../../components/When.tsx';
import { day } from '../../format/dates.ts';
import { shownIdentifiers } from '../../format/identifiers.ts';
import classes from './Banner.module.css';
import { GlassBroken, HiddenEntries } from './GlassState.tsx';

type Who = Output<'patients.banner'>;

export function Banner({ who }: { who: Who }) {
  const { t } = useTranslation();
  return (
    <section className={classes.banner} aria-label={t('chart.banner.label')}>
      <span className={classes.photo} aria-hidden>
        <UserRound size={22} />
      </span>
      <div className={classes.who}>
        <div className={classes.line}>
          <Link to="/patient/$id" params={{ id: who.id }} className={classes.name}>
            <span className={classes.family}>{who.family}</span>, {who.given}
          </Link>
          {who.birthDate && <Born date={who.birthDate} deceased={who.deceased} />}
          {who.sex && <span>{t(`sex.${who.sex}`)}</span>}
          {who.deceased && (
            <span className={classes.deceased}>
              {who.deceasedAt ? t('chart.banner.deceased', { date: day(who.deceasedAt) }) : t('patients.deceased')}
            </span>
          )}
        </div>
        <div className={classes.numbers}>
          {shownIdentifiers(who.identifiers, 3).map(({ label, value }) => (
            <span key={value}>{label ? t('patients.identifier', { label, value }) : value}</span>
          ))}
          {who.phone && <span>{t('chart.banner.phone', { phone: who.phone })}</span>}
        </div>
      </div>
      <Warnings who={who} />
    </section>
  );
}

function Warnings({ who }: { who: Who }) {
  const { t } = useTranslation();
  const { glassBrokenUntil } = who.access;
  return (
    <div className={classes.warnings}>
      {who.allergies.length > 0 ? (
        <div className={classes.allergies}>
          <TriangleAlert size={16} aria-hidden />
          <strong>{t('chart.banner.allergies')}</strong>
          <ul>
            {who.allergies.map((allergy) => (
              <li key={allergy.substance}>
                <AllergyWords {...allergy} />
              </li>
            ))}
          </ul>
        </div>
      ) : (
        who.hidden.allergies === 0 && (
          <span className={classes.none}>{who.noKnownAllergies ? t('chart.banner.noKnown') : t('chart.banner.notRecorded')}</span>
        )
      )}
      {who.hidden.allergies > 0 && (
        <span className={classes.allergies}>
          <TriangleAlert size={16} aria-hidden />
          <strong>{t('chart.labels.hiddenAllergies', { count: who.hidden.allergies })}</strong>
        </span>
      )}
      {who.alerts.map((alert) => (
        <span key={alert} className={classes.alert}>
          <TriangleAlert size={14} aria-hidden />
          {alert}
        </span>
      ))}
      <HiddenEntries patient={who.id} hidden={who.hidden} />
      {glassBrokenUntil && <GlassBroken patient={who.id} until={glassBrokenUntil} />}
    </div>
  );
}

function AllergyWords({ substance, criticality, reaction }: Who['allergies'][number]) {
  const { t } = useTranslation();
  const words = reaction ? t('chart.banner.reaction', { substance, reaction }) : substance;
  return criticality === 'high' ? <strong>{t('chart.banner.high', { substance: words })}</strong> : words;
}
