/**
 * JSON without loss. FHIR forbids changing the precision of a decimal (R4, datatypes, decimal: 0.010 is not 0.01), and JSON.parse does; it also keeps
 * the last of two equal keys in silence. So: strict RFC 8259, numbers that would change keep their text, equal keys and great depth are errors with a line.
 */

/** A number whose text says more than its value: 1.50, 1e2, 20 digits. */
export class ExactNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  valueOf(): number {
    return Number(this.text);
  }
}

export type Json = null | boolean | number | string | ExactNumber | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/** Objects in objects: real resources stay below 40, and recursion over 100 levels is safe on any stack. */
export const DEPTH_MAX = 100;

export class JsonError extends Error {
  readonly line: number;
  constructor(what: string, line: number) {
    super(what);
    this.name = 'JsonError';
    this.line = line;
  }
}

/** Where each object began, for findings with a line number. */
export interface Parsed {
  value: Json;
  /** Offset in the text, in UTF-16 units. */
  offsetOf(object: object): number;
}

/** @throws JsonError with the line, counted from 1 */
export function parseJson(text: string): Parsed {
  const starts = new WeakMap<object, number>();
  const value = new Parser(text, starts).document();
  return { value, offsetOf: (object) => starts.get(object) ?? 0 };
}

/** Numbers as JavaScript has them: for code that computes and does not write back. */
export function plain(value: Json): unknown {
  if (value instanceof ExactNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

/** Canonical text: keys sorted as RFC 8785 does, no white space, numbers as they came. Members that are undefined are left out. */
export function canonicalText(value: unknown): string {
  if (value instanceof ExactNumber) return value.text;
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members: string[] = [];
  for (const [key, inner] of Object.entries(value).sort(byKey)) {
    if (inner !== undefined) members.push(`${JSON.stringify(key)}:${canonicalText(inner)}`);
  }
  return `{${members.join(',')}}`;
}

const byKey = ([one]: [string, unknown], [other]: [string, unknown]) => (one < other ? -1 : one > other ? 1 : 0);

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** Unescaped text up to a quote, an escape or a control character. */
const plainString = /[^"\\\u0000-\u001f]*/y;
const space = /[ \t\n\r]*/y;

class Parser {
  private at = 0;
  private readonly text: string;
  private readonly starts: WeakMap<object, number>;

  constructor(text: string, starts: WeakMap<object, number>) {
    this.text = text;
    this.starts = starts;
  }

  document(): Json {
    this.skip();
    const value = this.value(0);
    this.skip();
    if (this.at < this.text.length) this.fail('there is text after the end of the JSON');
    return value;
  }

  private value(depth: number): Json {
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth + 1);
      case '[':
        return this.array(depth + 1);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      case undefined:
        return this.fail('it breaks off before its end');
      default:
        return this.number();
    }
  }

  private object(depth: number): JsonObject {
    this.deeper(depth);
    const result: JsonObject = {};
    this.starts.set(result, this.at);
    this.at++;
    this.skip();
    if (this.take('}')) return result;
    for (;;) {
      if (this.text[this.at] !== '"') this.fail('a key in double quotes is expected');
      const key = this.string();
      // A plain assignment to this key would change the object's prototype.
      if (key === '__proto__') this.fail('"__proto__" is not an element of FHIR');
      if (Object.hasOwn(result, key)) this.fail(`the key "${key.slice(0, 40)}" stands twice in one object`);
      this.skip();
      if (!this.take(':')) this.fail('a colon is expected');
      this.skip();
      result[key] = this.value(depth);
      this.skip();
      if (this.take('}')) return result;
      if (!this.take(',')) this.fail('a comma or } is expected');
      this.skip();
    }
  }

  private array(depth: number): Json[] {
    this.deeper(depth);
    const result: Json[] = [];
    this.at++;
    this.skip();
    if (this.take(']')) return result;
    for (;;) {
      result.push(this.value(depth));
      this.skip();
      if (this.take(']')) return result;
      if (!this.take(',')) this.fail('a comma or ] is expected');
      this.skip();
    }
  }

  private string(): string {
    const start = this.at;
    this.at++;
    for (;;) {
      plainString.lastIndex = this.at;
      plainString.test(this.text);
      this.at = plainString.lastIndex;
      const next = this.text[this.at];
      if (next === '"') break;
      if (next !== '\\')
        this.fail(next === undefined ? 'it breaks off before its end' : 'there is a control character in a text');
      this.at += 2;
    }
    this.at++;
    const raw = this.text.slice(start, this.at);
    if (!raw.includes('\\')) return raw.slice(1, -1);
    try {
      // The quotes at both ends make it a string.
      return JSON.parse(raw) as string;
    } catch {
      return this.fail('there is a wrong escape in a text');
    }
  }

  private number(): number | ExactNumber {
    number.lastIndex = this.at;
    const token = number.exec(this.text)?.[0];
    if (token === undefined) return this.fail('a value is expected');
    this.at += token.length;
    const value = Number(token);
    return String(value) === token ? value : new ExactNumber(token);
  }

  private word<T extends boolean | null>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) this.fail('a value is expected');
    this.at += word.length;
    return value;
  }

  private take(mark: string): boolean {
    if (this.text[this.at] !== mark) return false;
    this.at++;
    return true;
  }

  private skip(): void {
    space.lastIndex = this.at;
    space.test(this.text);
    this.at = space.lastIndex;
  }

  private deeper(depth: number): void {
    if (depth > DEPTH_MAX) this.fail(`it is nested deeper than ${DEPTH_MAX} levels`);
  }

  private fail(what: string): never {
    throw new JsonError(what, lineAt(this.text, this.at));
  }
}
