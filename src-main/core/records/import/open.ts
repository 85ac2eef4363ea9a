/** From the bytes of a file to its entries: unpacked, decoded, parsed, each looked at. Runs in a worker thread. */
import { gunzipSync } from 'node:zlib';
import { AppError } from '../../../../src-shared/errors/index.ts';
import { canonicalText, type Json, JsonError, type Parsed, parseJson } from '../../../../src-shared/fhir/json.ts';
import { type Part, part, parts, text } from '../../../../src-shared/fhir/read.ts';
import { idPattern } from '../../../../src-shared/fhir/types.ts';
import { validate } from '../../../../src-shared/fhir/validate.ts';
import { attachmentFindings } from './attachments.ts';
import type { FileFinding } from './messages.ts';

/** Largest file after unpacking, and largest single resource: one row is written in one go. */
export const FILE_BYTES_MAX = 200 * 1024 * 1024;
export const RESOURCE_CHARS_MAX = 16 * 1024 * 1024;
export const ENTRIES_MAX = 200_000;

export interface Entry {
  /** Place in the file, from 1, and the line on which it begins. */
  n: number;
  line: number;
  fullUrl: string | undefined;
  method: string;
  ifNoneExist: string | undefined;
  type: string;
  /** The id it came with, or that its address gives it. */
  id: string | undefined;
  /** Undefined for a deletion. */
  resource: Part | undefined;
}

export interface OpenedFile {
  kind: 'fhir' | 'ndjson';
  entries: Entry[];
  /** Entries in the file, also those that were refused. */
  count: number;
  findings: FileFinding[];
}

/** @throws AppError where the file as a whole cannot be taken */
export function openFile(bytes: Uint8Array, name: string, nowMs: number): OpenedFile {
  const source = decode(unpack(bytes));
  const start = source.trimStart();
  if (start === '') throw new AppError('file-empty');
  if (start.startsWith('<')) throw new AppError('not-json', { what: 'it begins with "<" and looks like XML or a web page' });
  const lines = ndjsonLines(source, name);
  return lines === undefined ? openDocument(source, nowMs) : openLines(lines, nowMs);
}

function unpack(bytes: Uint8Array): Uint8Array {
  if (bytes.byteLength === 0) throw new AppError('file-empty');
  if (bytes.byteLength > FILE_BYTES_MAX) throw tooLarge(bytes.byteLength, FILE_BYTES_MAX);
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: FILE_BYTES_MAX });
  } catch (thrown) {
    const beyond =
      thrown instanceof RangeError || (thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_BUFFER_TOO_LARGE');
    if (beyond)
      throw new AppError('file-too-large', {
        size: `more than ${megabytes(FILE_BYTES_MAX)} unpacked`,
        limit: megabytes(FILE_BYTES_MAX),
      });
    throw new AppError('file-unreadable', {}, { cause: thrown });
  }
}

const megabytes = (value: number) => `${Math.round(value / 1024 / 1024)} MB`;
const tooLarge = (size: number, limit: number) =>
  new AppError('file-too-large', { size: megabytes(size), limit: megabytes(limit) });

/** FHIR is UTF-8; what says by its mark that it is UTF-16 is taken too. */
function decode(bytes: Uint8Array): string {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('not-json', { what: 'it is not text in UTF-8' });
  }
}

/** The lines where the file is NDJSON: by its name, or because its first line is a whole object and others follow. */
function ndjsonLines(source: string, name: string): string[] | undefined {
  const lines = source.split('\n');
  if (/\.ndjson(\.gz)?$/i.test(name)) return lines;
  const [first = '', second = ''] = lines.filter((line) => line.trim() !== '');
  return /^\s*\{.*\}\s*$/.test(first) && second.trimStart().startsWith('{') ? lines : undefined;
}

function openLines(lines: string[], nowMs: number): OpenedFile {
  const file: OpenedFile = { kind: 'ndjson', entries: [], count: 0, findings: [] };
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    file.count++;
    const where = { n: file.count, line: index + 1 };
    try {
      add(file, where, parseJson(line).value, {}, nowMs);
    } catch (thrown) {
      if (!(thrown instanceof JsonError)) throw thrown;
      file.findings.push({ ...where, severity: 'error', text: `it is not JSON: ${thrown.message}` });
    }
  }
  return file;
}

function openDocument(source: string, nowMs: number): OpenedFile {
  const parsed = parse(source);
  const top = part(parsed.value);
  if (top === undefined)
    throw new AppError('not-fhir', {
      what: Array.isArray(parsed.value)
        ? 'it is a list; a Bundle, a single resource, or NDJSON is expected'
        : 'it is a single value',
    });
  const type = text(top.resourceType);
  if (type === undefined) throw new AppError('not-fhir', { what: 'it has no resourceType' });
  if (type === 'OperationOutcome' && top.id === undefined)
    throw new AppError('fhir-invalid', { what: `the sending server answered with an error instead of data (${outcome(top)})` });
  const file: OpenedFile = { kind: 'fhir', entries: [], count: 0, findings: [] };
  if (type !== 'Bundle') {
    file.count = 1;
    add(file, { n: 1, line: 1 }, parsed.value, {}, nowMs);
    return file;
  }
  const entries = top.entry ?? [];
  if (!Array.isArray(entries)) throw new AppError('fhir-invalid', { what: 'Bundle.entry must be a list' });
  if (entries.length > ENTRIES_MAX)
    throw new AppError('file-too-large', { size: `${entries.length} entries`, limit: String(ENTRIES_MAX) });
  file.count = entries.length;
  const lineOf = lines(parsed, source);
  for (const [index, entry] of entries.entries()) {
    const here = part(entry);
    const where = { n: index + 1, line: here === undefined ? 1 : lineOf(here) };
    if (here === undefined) file.findings.push({ ...where, severity: 'error', text: 'it is not an object' });
    else bundleEntry(file, where, here, nowMs);
  }
  dropDoubles(file, text(top.type) === 'history');
  return file;
}

function parse(source: string): Parsed {
  try {
    return parseJson(source);
  } catch (thrown) {
    if (thrown instanceof JsonError) throw new AppError('not-json', { what: `line ${thrown.line}: ${thrown.message}` });
    throw thrown;
  }
}

/** Line numbers by walking on from the last one: asking for each of 50,000 from the start would take minutes. */
function lines(parsed: Parsed, source: string): (object: object) => number {
  let line = 1;
  let seen = 0;
  return (object) => {
    const offset = parsed.offsetOf(object);
    for (let at = source.indexOf('\n', seen); at !== -1 && at < offset; at = source.indexOf('\n', at + 1)) {
      line++;
      seen = at + 1;
    }
    return line;
  };
}

const outcome = (top: Part) =>
  parts(top.issue)
    .map((issue) => text(issue.diagnostics) ?? text(part(issue.details)?.text) ?? text(issue.code))
    .filter(Boolean)
    .join('; ')
    .slice(0, 200) || 'no details';

function bundleEntry(file: OpenedFile, where: { n: number; line: number }, entry: Part, nowMs: number): void {
  const request = part(entry.request);
  const method = text(request?.method)?.toUpperCase() ?? 'PUT';
  const address = { fullUrl: text(entry.fullUrl), method, ifNoneExist: text(request?.ifNoneExist) };
  if (method === 'DELETE') {
    const [type = '', id = ''] = (text(request?.url) ?? '').split('/');
    if (idPattern.test(id)) file.entries.push({ ...where, ...address, type, id, resource: undefined });
    else file.findings.push({ ...where, severity: 'error', text: 'the deletion does not say of what' });
  } else if (method === 'GET' || method === 'HEAD') {
    file.findings.push({ ...where, severity: 'warning', text: 'a request to read was left out' });
  } else if (entry.resource === undefined) {
    file.findings.push({ ...where, severity: 'warning', text: 'the entry has no resource' });
  } else {
    // Parsed JSON stays JSON in its parts.
    add(file, where, entry.resource as Json, address, nowMs);
  }
}

function add(
  file: OpenedFile,
  where: { n: number; line: number },
  value: Json,
  address: { fullUrl?: string; method?: string; ifNoneExist?: string },
  nowMs: number,
): void {
  const resource = part(value);
  if (resource === undefined) {
    file.findings.push({ ...where, severity: 'error', text: 'it is not an object' });
    return;
  }
  const findings = [...validate(resource, nowMs), ...attachmentFindings(resource)];
  if (tooBig(resource))
    findings.push({ severity: 'error', text: `one text in it is longer than ${megabytes(RESOURCE_CHARS_MAX)}` });
  file.findings.push(...findings.map((finding) => ({ ...where, ...finding })));
  if (findings.some((finding) => finding.severity === 'error')) return;
  const id = text(resource.id) ?? idOfAddress(address.fullUrl);
  file.entries.push({
    ...where,
    fullUrl: address.fullUrl,
    method: address.method ?? 'PUT',
    ifNoneExist: address.ifNoneExist,
    type: String(resource.resourceType),
    id,
    resource,
  });
}

/** The id that an address gives: the UUID of urn:uuid, or the last part of an URL. */
function idOfAddress(fullUrl: string | undefined): string | undefined {
  const id = fullUrl?.startsWith('urn:uuid:') ? fullUrl.slice(9) : /\/[A-Z][A-Za-z]+\/([^/]+)$/.exec(fullUrl ?? '')?.[1];
  return id !== undefined && idPattern.test(id) ? id : undefined;
}

function tooBig(value: unknown): boolean {
  if (typeof value === 'string') return value.length > RESOURCE_CHARS_MAX;
  return value !== null && typeof value === 'object' && Object.values(value).some(tooBig);
}

/** Two resources of one name: the same twice is one; of two different ones nobody can say which is meant. A history lists the newest first. */
function dropDoubles(file: OpenedFile, history: boolean): void {
  const byName = new Map<string, Entry[]>();
  for (const entry of file.entries) {
    if (entry.id === undefined) continue;
    const name = `${entry.type}/${entry.id}`;
    byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  const dropped = new Set<Entry>();
  for (const [name, [first, ...more]] of byName) {
    if (first === undefined || more.length === 0) continue;
    const same = history || more.every((entry) => canonicalText(entry.resource) === canonicalText(first.resource));
    for (const entry of same ? more : [first, ...more]) {
      dropped.add(entry);
      const sentence = history
        ? `an older version of ${name} was left out`
        : same
          ? `${name} stands in the file twice`
          : `the file has different resources that are all ${name}; none of them was taken`;
      file.findings.push({ n: entry.n, line: entry.line, severity: same ? 'warning' : 'error', text: sentence });
    }
  }
  file.entries = file.entries.filter((entry) => !dropped.has(entry));
}
