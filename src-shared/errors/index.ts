/** Expected failures. One closed catalogue: each code says what is wrong and what the person can do about it. */
import { catalogue } from './catalogue.ts';

export { catalogue } from './catalogue.ts';

export type ErrorCode = keyof typeof catalogue;

/** Facts that fill the sentence of a catalogue entry (`{limit}`, `{page}` ...). Never patient data. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What crosses a border (port, terminal, HTTP) when a call fails. */
export interface ErrorAnswer {
  code: ErrorCode;
  message: string;
  action: string;
  details?: ErrorDetails;
}

/** An expected failure. Anything else that is thrown is a bug and is answered as `internal`. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: { cause?: unknown }) {
    super(sentence(catalogue[code].message, details), options);
    this.name = 'AppError';
    this.code = code;
    this.details = details;
  }

  /** What the person can do, as a sentence. */
  get action(): string {
    return sentence(catalogue[this.code].action, this.details);
  }

  toAnswer(): ErrorAnswer {
    return { code: this.code, message: this.message, action: this.action, details: this.details };
  }
}

/** Any thrown value as an answer; what is not an AppError shows nothing of itself. */
export function errorAnswer(thrown: unknown): ErrorAnswer {
  return thrown instanceof AppError ? thrown.toAnswer() : new AppError('internal').toAnswer();
}

/** The AppError that an answer from across a border stands for. */
export function fromAnswer(answer: ErrorAnswer): AppError {
  return new AppError(Object.hasOwn(catalogue, answer.code) ? answer.code : 'internal', answer.details ?? {});
}

/** HTTP status that a code answers with. */
export function httpStatus(code: ErrorCode): number {
  return catalogue[code].status;
}

function sentence(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    return value === undefined ? whole : Array.isArray(value) ? value.join(', ') : String(value);
  });
}
