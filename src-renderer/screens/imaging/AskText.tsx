/** Asks for the words of an arrow. */
import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askTextBy } from '../../imaging/tools.ts';

const TEXT_MAX = 200;

export function AskText({ title }: { title: string }) {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<{ answer: (text: string | undefined) => void }>();
  const [text, setText] = useState('');
  useEffect(() => {
    askTextBy(
      (before) =>
        new Promise((answer) => {
          setText(before);
          setAsked({ answer });
        }),
    );
    return () => askTextBy(async () => undefined);
  }, []);
  const done = (words: string | undefined) => {
    asked?.answer(words?.trim() || undefined);
    setAsked(undefined);
  };
  return (
    <Modal
      opened={asked !== undefined}
      onClose={() => done(undefined)}
      title={title}
      closeButtonProps={{ 'aria-label': t('do.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          done(text);
        }}
      >
        <TextInput
          data-autofocus
          label={t('imaging.viewer.text')}
          value={text}
          maxLength={TEXT_MAX}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => done(undefined)}>
            {t('do.cancel')}
          </Button>
          <Button type="submit">{t('imaging.viewer.setText')}</Button>
        </Group>
      </form>
    </Modal>
  );
}
