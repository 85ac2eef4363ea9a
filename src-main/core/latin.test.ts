import { expect, test } from 'vitest';
import { isTransliterated, latin } from './latin.ts';

test.each([
  // A thousand times the dose.
  ['5 μg', '5 µg'],
  ['5 µg', '5 µg'],
  ['2 ㎍', '2 µg'],
  ['10⁹/L', '10^9/L'],
  ['10⁻³', '10^-3'],
  ['10¹²/L', '10¹²/L'],
  ['10¹⁰', '10^10'],
  ['2⅓', '2 1/3'],
  ['½', '½'],
  ['≥5 ≤ 7', '>=5 <= 7'],
  ['−5', '-5'],
  ['K ↓, Na → 140', 'K (down), Na -> 140'],
  ['38,5 ℃', '38,5 °C'],
  ['β-blocker, γ-GT, Δ', 'beta-blocker, gamma-GT, Delta'],
  ['Γιώργος Παπαδόπουλος', 'Giorgos Papadopoylos'],
  ['Мария', 'Mariya'],
  ['Šimić – “sic” …', 'Šimic – “sic” …'],
  ['CO₂', 'CO2'],
  ['Müller-Ørsted', 'Müller-Ørsted'],
  ['zero\u200bwidth\ttab', 'zerowidth tab'],
])('%s on paper is %s', (words, paper) => {
  expect(latin(words)).toBe(paper);
});

test('what is told to be in other letters: names, not signs', () => {
  for (const words of ['Γιώργος', 'Мария', '王小明', 'محمد']) expect([words, isTransliterated(words)]).toEqual([words, true]);
  for (const words of ['Šimić', '5 μg, β-blocker', '10⁹/L', 'Łukasz Żółć'])
    expect([words, isTransliterated(words)]).toEqual([words, false]);
});
