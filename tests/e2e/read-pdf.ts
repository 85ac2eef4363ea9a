/** What stands on paper. */
export async function readPdf(pdf: Uint8Array): Promise<{ pages: number; text: string; byPage: string[]; pictures: number }> {
  const { getDocument, OPS } = await import('pdfjs-dist/legacy/build/pdf.mjs');
  const document = await getDocument({ data: new Uint8Array(pdf), verbosity: 0 }).promise;
  const byPage: string[] = [];
  let pictures = 0;
  for (let n = 1; n <= document.numPages; n++) {
    const page = await document.getPage(n);
    const { items } = await page.getTextContent();
    const words = items.map((item) => ('str' in item ? item.str : '')).join(' ');
    byPage.push(words.replaceAll('\0', ' ').replace(/\s+/g, ' '));
    const { fnArray } = await page.getOperatorList();
    pictures += fnArray.filter((act) => act === OPS.paintImageXObject).length;
  }
  return { pages: document.numPages, text: byPage.join(' '), byPage, pictures };
}
