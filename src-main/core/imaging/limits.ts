/** Limits on DICOM from outside. Sizes are checked before anything is allocated for them. */
export const limits = {
  fileBytes: 2_000_000_000,
  /** A deflated data set inflates to no more than this. */
  inflatedBytes: 512 * 1024 * 1024,
  /** Sequences within sequences; PS3.3 needs about ten. */
  depth: 48,
  elements: 1_000_000,
  frames: 200_000,
  /** Decoded bytes of one frame. */
  frameBytes: 512 * 1024 * 1024,
  /** Script heap of a decoding thread, MiB; WebAssembly has its own bound of 2 GiB inside the module. */
  workerHeapMb: 1024,
  /** Seconds for reading a file's header, for one frame, and for a whole file in `dicom info`. */
  headerSeconds: 30,
  frameSeconds: 60,
  fileSeconds: 300,
  /** Characters of a value as listed for reading. */
  valueCharacters: 2_000,
  /** A zip archive: entries, bytes they unpack to in all, and how much larger than the archive. */
  zipEntries: 50_000,
  zipBytes: 4_000_000_000,
  zipRatio: 200,
  /** Archives within archives. */
  zipDepth: 3,
  /** Decoded frames kept for the viewer, bytes. */
  cacheBytes: 384 * 1024 * 1024,
  /** Masks of segmentations kept for the viewer, bytes. */
  masksBytes: 48 * 1024 * 1024,
  /** Segmentations of a patient that are looked at. */
  segmentations: 64,
} as const;
