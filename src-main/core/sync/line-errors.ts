import { AppError, type ErrorCode } from '../../../src-shared/errors/index.ts';

/** Codes of undici, Node's network and OpenSSL, by what they mean for the person at the workstation. */
const meanings: Readonly<Record<string, ErrorCode>> = {
  UND_ERR_HEADERS_TIMEOUT: 'server-slow',
  UND_ERR_BODY_TIMEOUT: 'server-slow',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'server-rubbish',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'server-rubbish',
  EPROTO: 'server-rubbish',
};

/** Whatever a request throws as an AppError; what is not known of means that the line is broken. */
export function lineError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (thrown instanceof Error && thrown.cause instanceof AppError) return thrown.cause;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const meaning = meanings[code] ?? (/^(HPE_|ERR_SSL_|ERR_TLS_)/.test(code) ? 'server-rubbish' : 'server-unreachable');
  return new AppError(meaning, {}, { cause: thrown });
}
