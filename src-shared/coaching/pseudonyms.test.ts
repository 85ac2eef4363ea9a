import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Identifiers, protect } from './pseudonyms.ts';

const patient: Identifiers = {
  names: ['José María Müller-O’Brien', 'Pepe Müller'],
  birthDate: '1956-03-09',
  identifiers: ['MRN-00482913', '943 476 5919', 'Z77'],
  phones: ['+44 20 7946 0958'],
  emails: ['j.mueller@example.org'],
  addresses: ['12 Elm Tree Walk, Ashbourne', 'DE6 1AB'],
};

describe('what identifies the patient', () => {
  test.each([
    ['José Müller has gout', /jos|m.ller/i],
    ['JOSE MUELLER, gout', /jose|mueller/i],
    ['Mueller, J. M. asks', /mueller|J|M\./],
    ["Müller's knee and O'Brien's hip", /m.ller|brien/i],
    ['muller o brien', /muller|brien/i],
    ['JosÃ© aside, Jose\u0301 Mu\u0308ller decomposed', /u\u0308ller/],
    ['Mu\u200bller with an invisible space', /ller/],
    ['jmueller56 logged in', /mueller/i],
    ['Mülller and Mulelr, misspelt', /M.l/],
    ['J.M.M.O.B. said', /J\.M\.M/],
    ['Pepe called', /pepe/i],
    ['born 9/3/1956', /1956|9\/3/],
    ['born 9 March 1956, also 09.03.56 and 1956-03-09', /56|march/i],
    ['born March 9th', /9th|March/],
    ['b. 9.3.', /9\.3/],
    ['19560309 or 09031956', /\d{8}/],
    ['born in 1956', /1956/],
    ['naissance le 9 mars 1956', /mars|1956/],
    ['mrn 00482913, MRN:00482913, 0048-2913', /482913|2913/],
    ['NHS 9434765919 or 943-476-5919', /943|5919/],
    ['card Z77', /Z77/],
    ['call +442079460958 or 020 7946 0958', /7946|0958/],
    ['write to J.Mueller@Example.org', /mueller|@/i],
    ['lives at 12, Elm Tree Walk, ashbourne de6 1ab', /elm|ashbourne|de6/i],
    ['۱۹۵۶ in other digits and ９434765919', /۱۹۵۶|９434/],
  ])('is gone from %j and comes back', (text, trace) => {
    const safe = protect(text, patient);
    expect(safe.text).not.toMatch(trace);
    expect(safe.restore(safe.text)).toBe(text);
  });
});

describe('what could identify anybody', () => {
  test.each([
    ['mail me at someone.else@clinic.example', /@/],
    ['phone (555) 123-4567', /555|4567/],
    ['seen on 14.02.2024 and 3 May 2023, and 2024-02-14T10:30Z', /2024|2023|May/],
    ['MRN 12345', /12345/],
    ['patient number: A-99', /A-99/],
    ['passport X1234567', /1234567/],
    ['Mrs Thistlewood has gout', /thistlewood/i],
    ['she is 94 years old; aged 101', /94|101/],
    ['221b Baker Street, London', /221b|baker/i],
    ['https://portal.example/p/778', /portal/],
    ['SW1A 2AA', /SW1A/],
  ])('is gone from %j', (text, trace) => {
    const safe = protect(text, {});
    expect(safe.text).not.toMatch(trace);
    expect(safe.restore(safe.text)).toBe(text);
  });

  test.each([
    'BP 158/94, HbA1c 6.5 %, glucose 214 mg/dL, 1000 mg metformin b.i.d. for 10 years',
    'COVID-19, SARS-CoV-2, CD4 350, T4 12.5, vitamin B12, 23-valent vaccine',
    'a 54-year-old with type 2 diabetes since age 40',
    'cholecalciferol 50,000 IU once a week; platelets 150000/uL; 1:40 titre',
    'take 2 tablets 3 times a day for 5 to 7 days',
    'penicillin V 500 mg 4 times daily; 2.5 mg/kg',
  ])('but clinical figures stay: %j', (text) => {
    expect(protect(text, {}).text).toBe(text);
  });
});

describe('tokens', () => {
  test('one for each wording, the same wording the same token', () => {
    const safe = protect('Anna Weiss, anna, Anna Weiss, Weiss', { names: ['Anna Weiss'] });
    expect(safe.text).toBe('[NAME-1], [NAME-2], [NAME-1], [NAME-3]');
  });

  test('do not mix with tokens that stood in the text already', () => {
    const text = 'the form says [NAME-1] for Weiss';
    const safe = protect(text, { names: ['Anna Weiss'] });
    expect(safe.text).toBe('the form says [NAME-1] for [NAME-2]');
    expect(safe.restore(safe.text)).toBe(text);
  });

  test('come back in an answer, in whatever case', () => {
    const safe = protect('Is colchicine right for Weiss?', { names: ['Anna Weiss'] });
    expect(safe.restore('For [name-1], colchicine [1] is used; [NAME-9] is unknown.')).toBe(
      'For Weiss, colchicine [1] is used; [NAME-9] is unknown.',
    );
  });
});

const plain = (text: string) =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase();

const part = fc
  .stringMatching(/^[A-ZÀÉÖÜŁŠ][a-zàéïöüßłš]{2,10}$/)
  // Particles ("Anna van Dijk") are names only in a name of two words.
  .filter(
    (name) =>
      !/^(de|da|do|dos|das|del|la|le|van|von|der|den|di|du|el|al|bin|mr|mrs|ms|dr|jr|sr|ii|iii|of|the)$/.test(plain(name)),
  );
const variants: ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.toLowerCase(),
  (name) => `${name}'s`,
  (name) => `${name}’s`,
  (name) => name.normalize('NFD'),
  (name) => name.normalize('NFD').replace(/\p{M}/gu, ''),
  (name) => name.replace(/ü/g, 'ue').replace(/ö/g, 'oe').replace(/Ü/g, 'Ue').replace(/Ö/g, 'Oe'),
  (name) => [...name].join('\u00ad'),
];
const filler = fc.constantFrom(
  'What helps',
  'gout',
  'and',
  '(seen today)',
  ',',
  '.',
  '-',
  'BP 158/94',
  'the patient',
  '\n',
  '«',
  '/',
  '_',
  '…',
);

describe('by chance', () => {
  test('no part of a name leaves in any wording, and all comes back', () => {
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 2, maxLength: 4 }),
        fc.array(fc.tuple(filler, fc.nat(), fc.nat({ max: variants.length - 1 })), { minLength: 1, maxLength: 12 }),
        (names, pieces) => {
          const text = pieces
            .map(([before, which, how]) => `${before} ${(variants[how] ?? String)(names[which % names.length] ?? '')}`)
            .join(' ');
          const safe = protect(text, { names: [names.join(' ')] });
          expect(safe.restore(safe.text)).toBe(text);
          const left = plain(safe.text.replace(/\[[A-Z]+-\d+\]/g, ' ')).split(/[^\p{L}\p{N}]+/u);
          for (const name of names) expect(left).not.toContain(plain(name));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('no birth date leaves in any format', () => {
    const day = fc.date({ min: new Date('1900-01-02'), max: new Date('2026-01-01'), noInvalidDate: true });
    const locale = fc.constantFrom(
      'en-GB',
      'en-US',
      'de-DE',
      'fr-FR',
      'es-ES',
      'pt-BR',
      'sv-SE',
      'ar-EG-u-ca-gregory',
      'hi-IN-u-nu-deva',
    );
    const style = fc.constantFrom<Intl.DateTimeFormatOptions>(
      { dateStyle: 'short' },
      { day: '2-digit', month: '2-digit', year: 'numeric' },
      { day: 'numeric', month: 'numeric', year: '2-digit' },
    );
    const long = fc.constantFrom<Intl.DateTimeFormatOptions>(
      { dateStyle: 'long' },
      { dateStyle: 'medium' },
      { day: 'numeric', month: 'short', year: 'numeric' },
    );
    const written = fc.oneof(
      fc.tuple(day, locale, style),
      fc.tuple(day, fc.constantFrom('en-GB', 'en-US', 'de-DE', 'fr-FR', 'es-ES', 'pt-BR'), long),
    );
    fc.assert(
      fc.property(written, ([date, language, options]) => {
        const text = `born ${new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(date)} with gout`;
        const safe = protect(text, { birthDate: date.toISOString().slice(0, 10) });
        expect(safe.text.replace(/\[[A-Z]+-\d+\]/g, '')).not.toMatch(/\p{Nd}/u);
        expect(safe.restore(safe.text)).toBe(text);
      }),
      { numRuns: 1000 },
    );
  });

  test('no identifier leaves however it is grouped', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Z]{0,3}\d{3,12}$/).filter((id) => id.length >= 4),
        fc.array(fc.constantFrom('', '', '', ' ', '-', '.', '/', ' - '), { minLength: 16, maxLength: 16 }),
        fc.boolean(),
        (id, gaps, lower) => {
          const grouped = [...id].map((character, n) => (n === 0 ? character : `${gaps[n]}${character}`)).join('');
          const text = `see ${lower ? grouped.toLowerCase() : grouped} please`;
          const safe = protect(text, { identifiers: [id] });
          expect(safe.text.replace(/\[[A-Z]+-\d+\]/g, '')).not.toMatch(/\d/);
          expect(safe.restore(safe.text)).toBe(text);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('any text at all comes back letter by letter', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { maxLength: 3 }),
        (text, names) => {
          const safe = protect(text, { names, identifiers: names, addresses: names });
          expect(safe.restore(safe.text)).toBe(text);
        },
      ),
      { numRuns: 300 },
    );
  });
});
