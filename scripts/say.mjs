/** Everything that set-up says goes to stderr, so that stdout stays the tool's own. */
export function say(sentence) {
  process.stderr.write(`lamplight: ${sentence}\n`);
}

/** Ends the script with a sentence that says what failed and what to do. */
export class SetupError extends Error {
  constructor(sentence) {
    super(sentence);
    this.name = 'SetupError';
  }
}
