/** First run: create the clinic's vault with its first administrator, or look around in a sample clinic. */
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { Status } from '../../../src-shared/contract/session.ts';
import { Door } from '../../components/Door.tsx';
import { call } from '../../core/connection.ts';
import { refresh } from '../../core/queries.ts';
import { BringForm } from './BringForm.tsx';
import { ChooseStart } from './ChooseStart.tsx';
import { ConfirmCode } from './ConfirmCode.tsx';
import { CreateForm } from './CreateForm.tsx';
import { RestoreForm } from './RestoreForm.tsx';
import { ShowCode } from './ShowCode.tsx';

/** The session must not fall asleep while somebody fetches the paper from the printer. */
const TOUCH_EVERY_MS = 60_000;

type Step =
  | { name: 'choose' }
  | { name: 'create' }
  | { name: 'restore' }
  | { name: 'bring' }
  | { name: 'code' | 'confirm'; clinic: string; made: Output<'setup.create'> };

export default function SetupScreen({ status, onDone }: { status: Status; onDone: () => void }) {
  const { t } = useTranslation();
  const [step, setStep] = useState<Step>({ name: 'choose' });
  const waiting = step.name === 'code' || step.name === 'confirm';
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => call('session.touch', {}).catch(() => {}), TOUCH_EVERY_MS);
    return () => clearInterval(timer);
  }, [waiting]);

  function finish() {
    refresh('session.status');
    onDone();
  }

  if (step.name === 'choose') {
    return (
      <Door title={t('setup.title')} wide>
        <ChooseStart
          onCreate={() => setStep({ name: 'create' })}
          onBring={() => setStep({ name: 'bring' })}
          onRestore={() => setStep({ name: 'restore' })}
          onSampleReady={finish}
        />
      </Door>
    );
  }
  if (step.name === 'bring') {
    return (
      <Door title={t('setup.bring.title')}>
        <BringForm lengthMin={status.passwordLengthMin} onBack={() => setStep({ name: 'choose' })} onDone={finish} />
      </Door>
    );
  }
  if (step.name === 'restore') {
    return (
      <Door title={t('backup.restore.title')}>
        <RestoreForm lengthMin={status.passwordLengthMin} onBack={() => setStep({ name: 'choose' })} onDone={finish} />
      </Door>
    );
  }
  if (step.name === 'create') {
    return (
      <Door title={t('setup.createTitle')}>
        <CreateForm
          lengthMin={status.passwordLengthMin}
          onBack={() => setStep({ name: 'choose' })}
          onMade={(clinic, made) => setStep({ name: 'code', clinic, made })}
        />
      </Door>
    );
  }
  const { clinic, made } = step;
  if (step.name === 'code') {
    return (
      <Door title={t('setup.codeTitle')} clinic={clinic} wide>
        <ShowCode code={made.recoveryCode} clinic={clinic} onPrinted={() => setStep({ name: 'confirm', clinic, made })} />
      </Door>
    );
  }
  return (
    <Door title={t('setup.confirmTitle')} clinic={clinic}>
      <ConfirmCode ask={made.askGroups} onBack={() => setStep({ name: 'code', clinic, made })} onConfirmed={finish} />
    </Door>
  );
}
