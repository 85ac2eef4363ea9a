import { expect, test } from 'vitest';
import { csvLine } from './csv.ts';

test('a name of a file that a spreadsheet would run is shown instead; a number below zero stays one', () => {
  expect(csvLine(['=cmd()', '\uFF1Dcmd()', '|cmd', -0.5, true, null, undefined])).toBe(
    '"\'=cmd()","\'\uFF1Dcmd()","\'|cmd",-0.5,true,,\r\n',
  );
});

test('commas, quotes and line breaks stay in their cell', () => {
  expect(csvLine(['a,b', 'say "a"', 'a\nb', 'plain'])).toBe('"a,b","say ""a""","a\nb",plain\r\n');
});
