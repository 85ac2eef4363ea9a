/** What recognition gives back, and the pictures it works on. */

/** Left, top, right, bottom in pixels of the straightened page. */
export type Box = [x0: number, y0: number, x1: number, y1: number];

export interface Word {
  text: string;
  box: Box;
  /** 0 to 1. */
  confidence: number;
  /** To be looked at by a person: low confidence, or the engines read it differently. */
  doubtful: boolean;
  /** Line of the page in reading order, from 0. */
  line: number;
}

export interface Page {
  /** From 1. */
  page: number;
  /** Size in pixels of the straightened picture; the boxes refer to it. */
  width: number;
  height: number;
  /** Degrees by which the page was turned clockwise to stand upright, fractions from straightening included. */
  rotation: number;
  /** Words in reading order, lines joined by line feeds. */
  text: string;
  words: Word[];
  source: 'text-layer' | 'recognised';
  /** Tesseract's code of the language read, `eng+hin` where two were needed. */
  language: string;
  /** The straightened picture for showing, grey. */
  image: { type: 'image/jpeg' | 'image/png'; bytes: Uint8Array };
}

/** Eight-bit grey picture, row by row, 0 black. */
export interface Grey {
  width: number;
  height: number;
  data: Uint8Array;
}

/** A word as one engine read it. */
export interface ReadWord {
  text: string;
  box: Box;
  confidence: number;
}

export function grey(width: number, height: number, fill = 0): Grey {
  const data = new Uint8Array(width * height);
  if (fill !== 0) data.fill(fill);
  return { width, height, data };
}
