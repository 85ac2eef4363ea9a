/** Limits on documents that come from outside. Sizes are checked before anything is allocated for them. */
export const limits = {
  pages: 200,
  /** A3 at 600 dpi has 70 megapixels. */
  pixels: 100_000_000,
  /** A page is rendered and read at no more than this; A4 at 400 dpi has 15.5. */
  workingPixels: 16_000_000,
  /** Seconds for opening a document, and for decoding and straightening one page. */
  openSeconds: 30,
  pageSeconds: 60,
  /** Seconds for one engine on one page. */
  engineSeconds: 180,
  /** Script heap of a decoding thread; the PDF renderer's own memory is bounded by WebAssembly. */
  workerHeapMb: 512,
  fileBytes: 200_000_000,
} as const;
