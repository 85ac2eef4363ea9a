/** Writes a report: a template, five sections, measurements and key images put in; kept at every pause, signed once. Plain fields, so that dictation of the system works. */
import { Button, Group, NativeSelect, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { PenLine, Ruler, Trash2 } from 'lucide-react';
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { type ReportSection, type ReportTemplate, reportSections } from '../../../src-shared/contract/radiology.ts';
import { type Command, useCommands } from '../../commands/registry.ts';
import { ErrorNotice } from '../../components/ErrorNotice.tsx';
import { Keys } from '../../components/Keys.tsx';
import { flushDrafts, useDraft } from '../../core/drafts.ts';
import { useAct, useRead } from '../../core/queries.ts';
import { useMay } from '../../core/session.tsx';
import { offerUndo } from '../../core/undo.ts';
import { clock } from '../../format/dates.ts';
import {
  expandMacro,
  hasGap,
  nextGap,
  type ReportDraft,
  reportDraft,
  templateFor,
  withLine,
  withoutLine,
} from '../../imaging/report-draft.ts';
import { Critical, toldOf } from './Critical.tsx';
import { isIn, ReportReadings } from './ReportReadings.tsx';
import classes from './report.module.css';
import { SaveTemplate } from './SaveTemplate.tsx';
import type { ViewerProps } from './Viewer.tsx';
import { whereIs, whereIsMark } from './where.ts';

export function ReportEditor(props: ViewerProps & { onSigned: () => void }) {
  const { t } = useTranslation();
  const { patient, study, marks, onSigned, stacks } = props;
  const maySign = useMay('report.sign');
  const key = `report:${patient.id}:${study.uid}`;
  const draft = useDraft(key, { patient: patient.id, title: t('imaging.report.draftTitle', { study: study.description }) });
  const templates = useRead('radiology.templates', {}).data?.templates;
  const macros = useRead('radiology.preferences', {}).data?.macros ?? [];
  const keyImages = useRead('imaging.keyImages', { patient: patient.id, study: study.uid }).data?.images ?? [];
  const readings = useRead('readings.ofStudy', { patient: patient.id, study: study.uid }).data?.readings ?? [];
  const list = useSyncExternalStore(marks.subscribe, marks.getList);
  const form = useMemo(() => reportDraft(draft.text, study.description), [draft.text, study.description]);
  const fields = useRef(new Map<ReportSection, HTMLTextAreaElement>());
  const last = useRef<ReportSection>('findings');
  const sign = useAct('radiology.sign');

  const set = (change: Partial<ReportDraft>) => draft.setText(JSON.stringify({ ...form, ...change }));
  const setSection = (name: ReportSection, words: string) => set({ sections: { ...form.sections, [name]: words } });
  const choose = (template: ReportTemplate) =>
    set({ template: template.id, title: form.title || template.name, sections: template.sections, readings: [] });

  // A new report begins with what fits the study.
  const fitting = templates && templateFor(templates, study.modalities, study.bodyParts);
  const begun = draft.text !== '';
  const latest = useRef(choose);
  latest.current = choose;
  useEffect(() => {
    if (!draft.loading && !begun && fitting) latest.current(fitting);
  }, [draft.loading, begun, fitting]);

  const gap = reportSections.some((name) => hasGap(form.sections[name]));
  const empty = form.sections.findings.trim() === '' && form.sections.impression.trim() === '';
  const untold = form.critical.on && !toldOf(form.critical);
  const ready = maySign && !draft.loading && !gap && !empty && !untold;

  async function submit() {
    if (!ready) return;
    // A save on its way must not bring the draft back after it was signed.
    await flushDrafts();
    const kept = list.filter(({ state }) => state === 'kept').flatMap(({ uid }) => marks.idOf(uid) ?? []);
    sign.mutate(
      {
        patient: patient.id,
        study: study.uid,
        title: form.title.trim() || study.description || t('imaging.report.title'),
        sections: form.sections,
        keyImages: keyImages.map(({ instance, frame }) => ({ instance, frame })),
        measurements: kept,
        readings: readings.filter((reading) => isIn(reading, form)).map(({ id }) => id),
        critical: toldOf(form.critical),
        draftKey: key,
      },
      {
        onSuccess: () => {
          draft.discard();
          onSigned();
        },
      },
    );
  }
  function jump() {
    const at = nextGap(form.sections, last.current, fields.current.get(last.current)?.selectionEnd ?? 0);
    const field = at && fields.current.get(at.section);
    if (!field || !at) return;
    field.focus();
    field.setSelectionRange(at.start, at.end);
  }
  function insert(words: string) {
    const field = fields.current.get(last.current);
    const text = form.sections[last.current];
    const [start, end] = field ? [field.selectionStart, field.selectionEnd] : [text.length, text.length];
    setSection(last.current, `${text.slice(0, start)}${words}${text.slice(end)}`);
  }
  const acts = useRef({ submit, jump });
  acts.current = { submit, jump };
  const commands = useMemo<Command[]>(
    () => [
      {
        id: 'report.sign',
        title: t('imaging.report.sign'),
        group: 'view',
        keys: 'mod+enter',
        run: () => void acts.current.submit(),
      },
      { id: 'report.gap', title: t('imaging.report.gap'), group: 'view', keys: 'alt+n', run: () => acts.current.jump() },
    ],
    [t],
  );
  useCommands(commands);

  return (
    <Stack gap="xs" className={classes.editor}>
      <Group gap="xs" wrap="nowrap" align="flex-end">
        <NativeSelect
          className={classes.grow}
          size="xs"
          label={t('imaging.report.template')}
          value={form.template}
          onChange={(event) => {
            const template = templates?.find(({ id }) => id === event.currentTarget.value);
            const before = draft.text;
            if (!template) return;
            choose(template);
            if (begun) offerUndo({ text: t('imaging.report.replaced'), undo: () => draft.setText(before) });
          }}
          data={[{ value: '', label: '' }, ...(templates ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <SaveTemplate form={form} study={study} templates={templates ?? []} />
      </Group>
      <TextInput
        size="xs"
        label={t('imaging.report.heading')}
        value={form.title}
        maxLength={200}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      {reportSections.map((name) => (
        <Textarea
          key={name}
          ref={(field) => {
            if (field) fields.current.set(name, field);
          }}
          size="sm"
          autosize
          minRows={name === 'findings' ? 5 : name === 'impression' ? 3 : 1}
          maxRows={18}
          label={t(`imaging.report.section.${name}`)}
          disabled={draft.loading}
          value={form.sections[name]}
          onFocus={() => {
            last.current = name;
          }}
          onChange={(event) => {
            const field = event.currentTarget;
            const expanded = expandMacro(field.value, field.selectionStart, macros);
            setSection(name, expanded?.text ?? field.value);
            if (expanded) requestAnimationFrame(() => field.setSelectionRange(expanded.caret, expanded.caret));
          }}
        />
      ))}
      {list.length > 0 && (
        <Group gap={4}>
          {list.map((mark) => {
            const where = whereIsMark({ stacks, priorStacks: props.priorStacks }, mark, t);
            return (
              <Button
                key={mark.uid}
                size="compact-xs"
                variant="default"
                leftSection={<Ruler size={12} aria-hidden />}
                onClick={() => insert(t('imaging.report.inserted', { what: mark.lines.join(', '), where: where ?? '' }))}
              >
                {mark.lines[0]}
              </Button>
            );
          })}
        </Group>
      )}
      <ReportReadings
        readings={readings}
        form={form}
        whereIs={(image) => whereIs(props, image, 1)}
        onPut={(id, words) => {
          const { [last.current]: text } = form.sections;
          const at = fields.current.get(last.current)?.selectionEnd ?? text.length;
          set({
            sections: { ...form.sections, [last.current]: withLine(text, at, words) },
            readings: [...form.readings, id],
          });
        }}
        onTake={(id, words) => {
          const sections = { ...form.sections };
          for (const name of reportSections) sections[name] = withoutLine(sections[name], words);
          set({ sections, readings: form.readings.filter((one) => one !== id) });
        }}
      />
      <Text size="xs" c="dimmed">
        {t('imaging.report.keyImages', { count: keyImages.length })}
      </Text>
      <Critical form={form.critical} onForm={(critical) => set({ critical })} />
      {gap && (
        <Text size="xs" c="dimmed">
          {t('imaging.report.gaps')} <Keys keys="alt+n" />
        </Text>
      )}
      {sign.isError && <ErrorNotice error={sign.error} />}
      <Group gap="xs" justify="space-between">
        <Group gap="xs">
          {maySign && (
            <Button
              size="xs"
              leftSection={<PenLine size={14} aria-hidden />}
              rightSection={<Keys keys="mod+enter" />}
              loading={sign.isPending}
              disabled={!ready}
              onClick={() => void submit()}
            >
              {t('imaging.report.sign')}
            </Button>
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<Trash2 size={14} aria-hidden />}
            onClick={() => offerUndo({ text: t('frame.undone.draft'), undo: draft.discard() })}
          >
            {t('imaging.report.discard')}
          </Button>
        </Group>
        {draft.savedAt && (
          <Text size="xs" c="dimmed">
            {t('imaging.report.savedAt', { time: clock(draft.savedAt) })}
          </Text>
        )}
      </Group>
    </Stack>
  );
}
