/** One expected failure. `{name}` in a sentence is filled in from the details. */
export interface Entry {
  /** What is wrong. */
  message: string;
  /** What to do. */
  action: string;
  /** HTTP status where the code is answered by a server. */
  status: number;
}
