/** A name as DICOM has it (family^given^middle), set apart so that its direction does not turn what stands beside it. */
export function PersonName({ pn, otherwise = '' }: { pn: string; otherwise?: string }) {
  return <bdi>{personName(pn) || otherwise}</bdi>;
}

export const personName = (pn: string) =>
  pn
    .replace('^', ', ')
    .replaceAll('^', ' ')
    .replace(/\s+/g, ' ')
    .replace(/^, |, ?$/g, '')
    .trim();
