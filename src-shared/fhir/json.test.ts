import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText, type Json, JsonError, parseJson, plain } from './json.ts';

test('reads what JSON.parse reads, and writes what RFC 8785 asks for', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      fc.pre(!text.includes('"__proto__"'));
      const { value } = parseJson(text);
      expect(plain(value)).toEqual(JSON.parse(text));
      // Numbers aside, which RFC 8785 would write anew.
      if (!/\d[.eE]|-0/.test(text)) expect(canonicalText(value)).toBe(canonicalize(JSON.parse(text)));
    }),
  );
});

test('numbers keep their text', () => {
  const text = '{"a":1.50,"b":0.010,"c":1e2,"d":1.10000000000000000001,"e":-0,"f":12345678901234567890,"g":7}';
  expect(canonicalText(parseJson(text).value)).toBe(text);
});

test.each([
  ['{"a":1,}', 1, 'a key in double quotes'],
  ['{"a":1,\n"a":2}', 2, 'stands twice'],
  ['{"a":', 1, 'breaks off'],
  ['[1,2', 1, 'a comma or ]'],
  ['{} {}', 1, 'after the end'],
  ['{"a":01}', 1, 'a comma or }'],
  ['["\u0001"]', 1, 'control character'],
  ['["\\x"]', 1, 'wrong escape'],
  ['{"__proto__":{}}', 1, 'not an element'],
  ['['.repeat(5000), 1, 'nested deeper'],
])('%j is refused with its line', (text, line, sentence) => {
  const attempt = () => parseJson(text);
  expect(attempt).toThrow(JsonError);
  expect(attempt).toThrow(sentence);
  try {
    attempt();
  } catch (thrown) {
    expect(thrown).toMatchObject({ line });
  }
});

test('members that are undefined are left out', () => {
  expect(canonicalText({ b: undefined, a: [1, 'x'] } as { a: Json; b?: Json })).toBe('{"a":[1,"x"]}');
});
