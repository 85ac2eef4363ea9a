import { describe, expect, test } from 'vitest';
import { clinicalTerms } from './lay-words.ts';
import { askedTypes } from './question-type.ts';
import { relevance } from './relevance.ts';
import { chunks, parts, sentences } from './sentences.ts';
import { terms } from './words.ts';

describe('words', () => {
  test.each([
    ['diarrhoea', 'diarrhea'],
    ['anaemia', 'anemia'],
    ['oesophageal tumours', 'esophageal tumor'],
    ['haemorrhage', 'hemorrhages'],
    ['paediatric', 'pediatric'],
    ['Sjögren', 'sjogren'],
    ["Crohn's", 'crohn'],
    ['swellings', 'swelling'],
  ])('%j and %j are the same', (a, b) => {
    expect(terms(a)).toEqual(terms(b));
  });

  test('words that say nothing are left out', () => {
    expect(terms('What should I do about the gout in my toe?')).toEqual(terms('gout toe'));
  });
});

describe('lay words', () => {
  test.each([
    ['a clot in the leg', 'thrombosis'],
    ['high blood pressure', 'hypertension'],
    ['lining of the heart', 'endocarditis'],
    ['belly pain', 'abdominal'],
    ['T2DM and HTN', 'hypertension'],
  ])('%j adds %j', (question, clinical) => {
    expect(clinicalTerms(question)).toContain(terms(clinical)[0]);
  });

  test('an entry needs all its words, and abbreviations their capitals', () => {
    expect(clinicalTerms('lining of a coat')).not.toContain(terms('endocarditis')[0]);
    expect(clinicalTerms('after 20 ms')).toEqual(new Set());
    expect(clinicalTerms('MS')).toContain(terms('sclerosis')[0]);
  });
});

describe('kind of question', () => {
  test.each([
    ['How is gout treated?', 'treatment'],
    ['What are the warning signs of stroke?', 'symptoms'],
    ['Why do gallstones form, what causes them?', 'causes'],
    ['How is coeliac disease diagnosed?', 'exams and tests'],
    ['How can I prevent another stone?', 'prevention'],
    ['Is it passed on to children?', 'inheritance'],
    ['What is the life expectancy?', 'outlook'],
  ])('%j asks for %j', (question, type) => {
    expect(askedTypes(question)).toContain(type);
  });

  test('a bare complaint asks for none', () => {
    expect(askedTypes('Tired, cold and putting on weight')).toEqual(new Set());
  });
});

describe('sentences', () => {
  const text = 'Key Points\n- Dr. Smith et al. saw 2.5 cases. Fever is common.\n- Night sweats.\nSee your doctor.';

  test('are cut at full stops, lines and bullets but not in abbreviations and numbers', () => {
    expect(sentences(text)).toEqual([
      'Key Points',
      'Dr. Smith et al. saw 2.5 cases.',
      'Fever is common.',
      'Night sweats.',
      'See your doctor.',
    ]);
  });

  test('parts keep every word in order and stay near 100 words', () => {
    const long = `${'one two three four five six seven eight nine ten. One. '.repeat(40)}${'word '.repeat(400)}`;
    expect(chunks(long).join(' ').split(/\s+/)).toEqual(long.trim().split(/\s+/));
    for (const part of chunks(long)) expect(part.split(' ').length).toBeLessThanOrEqual(150);
    expect(parts(long).map((part) => part.join(' '))).toEqual(chunks(long));
    expect(chunks('')).toEqual([]);
  });
});

describe('relevance', () => {
  test('tells what is not clinical from what the sources do not have', () => {
    expect(relevance('who won the world cup', { nearest: 0.17, leaning: -0.4, score: 8.6 })).toBe('not-clinical');
    expect(relevance('cheap car insurance', { nearest: 0.4, leaning: -0.16, score: 15.5 })).toBe('not-clinical');
    expect(relevance('worry all day long', { nearest: 0.42, leaning: 0.24, score: 15.2 })).toBe('good');
    expect(relevance('CURB-65 score', { nearest: 0.39, leaning: -0.1, score: 10.2 })).toBe('weak');
    expect(relevance('metformin dose in renal impairment', { nearest: 0.51, leaning: 0.2, score: 12.5 })).toBe('weak');
  });
});
