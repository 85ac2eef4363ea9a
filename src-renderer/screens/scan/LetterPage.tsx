/** The straightened picture of a page with a box for each word; doubtful words are marked. */
import { memo, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Output } from '../../../src-shared/contract/index.ts';
import type { PatientId } from '../../../src-shared/contract/types.ts';
import { Loaded } from '../../components/Loaded.tsx';
import { useObjectUrl } from '../../components/useObjectUrl.ts';
import { useRead } from '../../core/queries.ts';
import classes from './LetterPage.module.css';

export type PageOfLetter = Output<'documents.get'>['pages'][number];
type Box = PageOfLetter['words'][number]['box'];

interface Props {
  patient: PatientId;
  document: string;
  page: PageOfLetter;
  zoom: number;
  chosen: number | null;
  /** The passage that a chosen proposal comes from. */
  passage: Box | null;
  onChoose: (word: number) => void;
}

export function LetterPage({ patient, document, page, zoom, chosen, passage, onChoose }: Props) {
  const { t } = useTranslation();
  const picture = useRead('documents.page', { patient, id: document, page: page.page });
  const frame = useRef<HTMLDivElement>(null);
  const focus = chosen === null ? passage : (page.words[chosen]?.box ?? passage);
  useEffect(() => {
    const element = frame.current;
    if (!element || !focus) return;
    const scale = (element.clientWidth * zoom) / page.width;
    element.scrollTo({ top: focus[1] * scale - element.clientHeight / 3, left: focus[0] * scale - element.clientWidth / 3 });
  }, [focus, zoom, page.width]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reached by keys
    <section ref={frame} className={classes.frame} aria-label={t('scan.page', { page: page.page })} tabIndex={0}>
      <Loaded query={picture} what={t('scan.page', { page: page.page })} lines={12}>
        {(shown) => (
          <div className={classes.sheet} style={{ width: `${zoom * 100}%` }}>
            <Picture picture={shown} alt={t('scan.pagePicture', { page: page.page })} width={page.width} height={page.height} />
            <svg className={classes.boxes} viewBox={`0 0 ${page.width} ${page.height}`} preserveAspectRatio="none" aria-hidden>
              <Words words={page.words} chosen={chosen} onChoose={onChoose} />
              {passage && <rect className={classes.passage} {...rectangle(passage, 6)} />}
            </svg>
          </div>
        )}
      </Loaded>
    </section>
  );
}

function Picture({
  picture,
  alt,
  width,
  height,
}: {
  picture: Output<'documents.page'>;
  alt: string;
  width: number;
  height: number;
}) {
  const address = useObjectUrl(picture);
  return <img src={address} alt={alt} width={width} height={height} style={{ height: 'auto' }} />;
}

/** A page may hold a thousand words: drawn again only when they change. */
const Words = memo(function Words({
  words,
  chosen,
  onChoose,
}: Pick<Props, 'chosen' | 'onChoose'> & { words: PageOfLetter['words'] }) {
  return words.map((word, index) => (
    // biome-ignore lint/a11y/noStaticElementInteractions: the same words are reached by keys in the panel beside
    <rect
      key={index}
      className={classes.word}
      data-doubtful={word.doubtful || undefined}
      data-chosen={index === chosen || undefined}
      {...rectangle(word.box, 2)}
      onClick={() => onChoose(index)}
    />
  ));
});

function rectangle([x0, y0, x1, y1]: Box, margin: number) {
  return { x: x0 - margin, y: y0 - margin, width: x1 - x0 + 2 * margin, height: y1 - y0 + 2 * margin, rx: 3 };
}
