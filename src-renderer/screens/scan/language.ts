/** The language in which a page was read, in the language of the screen: Tesseract's codes (ISO 639-2), joined by + where several were tried. */
import i18next from 'i18next';

export function languageName(codes: string): string {
  const names = new Intl.DisplayNames(i18next.language, { type: 'language' });
  const shown = codes
    .split('+')
    .filter((code) => /^[a-z]{2,3}$/.test(code))
    .map((code) => names.of(code) ?? code);
  return shown.length === 0 ? codes : new Intl.ListFormat(i18next.language, { type: 'conjunction' }).format(shown);
}
