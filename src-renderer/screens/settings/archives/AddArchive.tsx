/** A new archive or worklist, by DICOM or by DICOMweb. */
import { Group, NativeSelect, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Input } from '../../../../src-shared/contract/index.ts';
import { FormEnd } from '../../../components/FormEnd.tsx';
import { useAct } from '../../../core/queries.ts';
import { AddressFields, HINT_BELOW, PLAIN } from './AddressFields.tsx';

const EMPTY = {
  name: '',
  serves: 'archive',
  kind: 'dimse',
  host: '',
  port: 104,
  aeTitle: '',
  url: '',
  userName: '',
  password: '',
};

export function AddArchive({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [fields, setFields] = useState(EMPTY);
  const save = useAct('pacs.savePeer');
  const put = (change: Partial<typeof EMPTY>) => setFields((before) => ({ ...before, ...change }));
  const web = fields.kind === 'dicomweb';
  const complete =
    fields.name.trim() !== '' && (web ? fields.url.trim() !== '' : fields.host.trim() !== '' && fields.aeTitle.trim() !== '');
  function submit(event: FormEvent) {
    event.preventDefault();
    const { name, userName, password } = fields;
    const address: Input<'pacs.savePeer'>['address'] = web
      ? { kind: 'dicomweb', url: fields.url.trim(), ...(userName ? { userName } : {}) }
      : { kind: 'dimse', host: fields.host.trim(), port: fields.port, aeTitle: fields.aeTitle.trim() };
    save.mutate(
      {
        name: name.trim(),
        serves: [fields.serves === 'worklist' ? 'worklist' : 'archive'],
        address,
        ...(web && userName ? { password } : {}),
      },
      { onSuccess: onClose },
    );
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t('pacs.settings.name')}
          data-autofocus
          autoFocus
          value={fields.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
          maxLength={80}
        />
        <Group grow align="start">
          <NativeSelect
            label={t('pacs.settings.kind')}
            value={fields.kind}
            onChange={(event) => put({ kind: event.currentTarget.value })}
            data={(['dimse', 'dicomweb'] as const).map((value) => ({ value, label: t(`pacs.settings.kinds.${value}`) }))}
          />
          <NativeSelect
            label={t('pacs.settings.role')}
            value={fields.serves}
            onChange={(event) => put({ serves: event.currentTarget.value })}
            data={(['archive', 'worklist'] as const).map((value) => ({ value, label: t(`pacs.settings.serves.${value}`) }))}
          />
        </Group>
        {web ? (
          <>
            <TextInput
              label={t('pacs.settings.url')}
              description={t('pacs.settings.urlHint')}
              value={fields.url}
              onChange={(event) => put({ url: event.currentTarget.value })}
              inputMode="url"
              {...PLAIN}
            />
            <Group grow align="start">
              <TextInput
                label={t('pacs.settings.user')}
                description={t('pacs.settings.userHint')}
                inputWrapperOrder={HINT_BELOW}
                value={fields.userName}
                onChange={(event) => put({ userName: event.currentTarget.value })}
                {...PLAIN}
              />
              <PasswordInput
                label={t('pacs.settings.password')}
                value={fields.password}
                onChange={(event) => put({ password: event.currentTarget.value })}
                autoComplete="off"
              />
            </Group>
          </>
        ) : (
          <AddressFields
            labels={{ host: t('pacs.settings.host'), port: t('pacs.settings.port'), aeTitle: t('pacs.settings.ae') }}
            value={fields}
            usualPort={104}
            onChange={put}
          />
        )}
        <FormEnd act={save} does={t('pacs.settings.save')} disabled={!complete} onLeave={onClose} />
      </Stack>
    </form>
  );
}
