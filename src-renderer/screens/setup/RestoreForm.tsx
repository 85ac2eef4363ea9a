/** A machine without a vault takes the records from a backup: file, recovery code or escrow key, and a new password for the one who does it. */
import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { FolderOpen } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Notice } from '../../components/Notice.tsx';
import { Recovered } from '../../components/Recovered.tsx';
import { emptyWayIn, WayIn, wayInput } from '../../components/WayIn.tsx';
import { isRunning, jobResult, useJob } from '../../core/jobs.ts';
import { useAct } from '../../core/queries.ts';
import { choose } from '../../core/shell.ts';
import { count } from '../../format/numbers.ts';
import { CopyFailure, Copying } from './Copying.tsx';

interface Restored {
  patients: number;
  files: number;
  lost: number;
}

export function RestoreForm({ lengthMin, onBack, onDone }: { lengthMin: number; onBack: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const [file, setFile] = useState<{ handle: string; name: string }>();
  const [way, setWay] = useState(emptyWayIn);
  const [userName, setUserName] = useState('');
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [restored, setRestored] = useState<Restored>();
  const [failure, setFailure] = useState<unknown>();
  const restore = useAct('setup.restore');
  const recover = useAct('session.recover');
  const job = useJob(restore.data?.job);
  const copying = job !== undefined && isRunning(job);
  const running = restore.isPending || copying || recover.isPending;
  const input = wayInput(way);
  const short = lengthMin - [...password].length;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    setFailure(undefined);
    if (!file || !input || !userName.trim() || short > 0) return;
    const { acceptKeyFile, ...opener } = input;
    try {
      if (!restored) {
        const { job: id } = await restore.mutateAsync({ place: file.handle, ...opener });
        // The result of the job that restores, as the core answers it.
        setRestored((await jobResult(id)) as Restored);
      }
      await recover.mutateAsync({ userName: userName.trim(), ...opener, acceptKeyFile, newPassword: password });
    } catch (thrown) {
      setFailure(thrown);
    }
  }

  if (recover.data && restored) {
    return (
      <Stack gap="md">
        <Restoration of={restored} />
        <Text c="dimmed">{t('backup.restore.keepOld')}</Text>
        <Recovered of={recover.data} onDone={onDone} />
      </Stack>
    );
  }
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="md">
        {restored ? <Restoration of={restored} /> : <Text c="dimmed">{t('backup.restore.intro')}</Text>}
        {!restored && (
          <div>
            <Text fw={500}>{t('backup.restore.file')}</Text>
            <Text c={file ? undefined : 'dimmed'} mb={4}>
              {file?.name ?? t('backup.restore.noFile')}
            </Text>
            <Button
              variant="default"
              leftSection={<FolderOpen size={16} aria-hidden />}
              onClick={() => void choose('backup-open').then((chosen) => chosen && setFile(chosen))}
              disabled={running}
              autoFocus
            >
              {t('backup.restore.choose')}
            </Button>
            {tried && !file && (
              <Text c="var(--ll-red)" fz="xs" mt={4} role="alert">
                {t('backup.restore.fileNeeded')}
              </Text>
            )}
          </div>
        )}
        <div>
          <WayIn
            value={way}
            onChange={(next) => {
              if (next.byEscrow !== way.byEscrow) setFailure(undefined);
              setWay(next);
            }}
            failure={failure}
            missing={tried && !input ? t('setup.needed') : undefined}
            disabled={running}
          />
          <Text c="dimmed" fz="xs">
            {t('backup.restore.codeHint')}
          </Text>
        </div>
        <TextInput
          label={t('backup.restore.userName')}
          description={t('backup.restore.userNameHint')}
          value={userName}
          onChange={(event) => setUserName(event.currentTarget.value)}
          error={tried && !userName.trim() && t('setup.needed')}
          autoComplete="off"
          maxLength={64}
          disabled={running}
        />
        <PasswordInput
          label={t('backup.restore.password')}
          description={t('setup.passwordRule', { count: lengthMin })}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={tried && short > 0 && t('setup.strength.short', { count: short })}
          disabled={running}
          visibilityToggleButtonProps={{ 'aria-label': t('signIn.showPassword') }}
        />
        {copying && job && <Copying job={job} />}
        {failure !== undefined && <CopyFailure error={failure} meaning={restored && t('backup.restore.nameWrong')} />}
        {/* Stopping is all that can be done meanwhile; where it went wrong the keys go on here. */}
        {!copying && (
          <Group gap="sm">
            <Button type="submit" size="sm" loading={running} autoFocus={failure !== undefined}>
              {t(restored ? 'backup.restore.goOn' : 'backup.restore.submit')}
            </Button>
            {!restored && (
              <Button variant="default" size="sm" onClick={onBack} disabled={running}>
                {t('do.back')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </form>
  );
}

function Restoration({ of: { patients, files, lost } }: { of: Restored }) {
  const { t } = useTranslation();
  return (
    <Notice
      tone={lost > 0 ? 'doubt' : 'good'}
      title={t('backup.restore.restored', { patients: count(patients), files: count(files) })}
      role="status"
    >
      {lost > 0 && <Text>{t('backup.restore.lost', { count: lost })}</Text>}
    </Notice>
  );
}
