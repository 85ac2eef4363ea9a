/** Invented people: names put together at random from many cultures, addresses that do not exist, telephone numbers kept free for fiction. */
import type { FhirResource } from '../../../src-shared/fhir/types.ts';
import { day, SAMPLE_META, type Sex } from './clinic.ts';
import type { Dice } from './dice.ts';

export interface SamplePerson {
  id: string;
  family: string;
  given: string;
  sex: Sex;
  birthMs: number;
  ageYears: number;
}

/** Family names, women's names, men's names. */
const cultures: readonly (readonly [string, string, string])[] = [
  ['Otieno Wanjala Kiprono Achieng Mutua Njoroge', 'Amina Wanjiru Atieno Neema Zawadi', 'Baraka Kamau Juma Odhiambo Tumaini'],
  ['Adeyemi Okafor Balogun Eze Danjuma Okonjo', 'Ngozi Folake Adaeze Halima Yetunde', 'Chidi Emeka Tunde Musa Babajide'],
  ['Sharma Iyer Chatterjee Reddy Kulkarni Banerjee', 'Ananya Lakshmi Meera Kavita Sunita', 'Arjun Rohan Vikram Suresh Dev'],
  ['Nguyễn Trần Phạm Lê Võ Đặng', 'Hương Lan Thảo Mai Linh', 'Minh Tuấn Quang Đức Long'],
  ['García Morales Quispe Restrepo Fuentes Núñez', 'Lucía Ximena Valentina Inés Rocío', 'Mateo Joaquín Andrés Tomás Iván'],
  ['Silva Carvalho Teixeira Rocha Barbosa Antunes', 'Beatriz Iara Mariana Joana Luíza', 'Tiago Caetano Rafael Davi Otávio'],
  [
    'Nowak Zieliński Kowalczyk Wójcik Górski Łukasik',
    'Agnieszka Zofia Małgorzata Hanna Ewa',
    'Paweł Łukasz Wojciech Tomasz Marek',
  ],
  ['Svensson Åkerlund Østergaard Lindqvist Hauge Sørensen', 'Astrid Freja Ingrid Maja Signe', 'Lars Bjørn Nils Oskar Håkon'],
  ['Haddad Mansour Al-Khatib Rahimi Darwish Nasser', 'Layla Noor Yasmin Rania Shirin', 'Omar Karim Yusuf Tariq Samir'],
  ['Tanaka Kobayashi Fujimoto Ishikawa Mori Hayashi', 'Sakura Yuki Aiko Haruka Emi', 'Kenji Haruto Takumi Daiki Ren'],
  [
    'Müller Brandstätter Größl Weidmann Köhler Hufnagel',
    'Annelise Frieda Katharina Ursula Heike',
    'Jürgen Matthias Florian Anton Götz',
  ],
  [
    'Whitfield Pemberton Ashdown Calloway Thorne Larkin',
    'Margaret Eleanor Rosalind Beth Imogen',
    'Desmond Alistair Clive Nathaniel Rory',
  ],
];
const streets = [
  'Acacia Lane',
  'Mill Road',
  'Harbour Street',
  'Station Road',
  'Juniper Close',
  'Market Square',
  'Orchard Way',
  'Chapel Hill',
];
const towns = ['Lampton', 'Eastmere', 'Port Alder', 'Greenford Cross', 'Nyali Heights'];

export function newPerson(dice: Dice, nowMs: number, wanted: { sex?: Sex; ages: readonly [number, number] }): SamplePerson {
  const [families, women, men] = dice.pick(cultures);
  const sex = wanted.sex ?? (dice.chance(0.52) ? 'female' : 'male');
  const given = dice.pick((sex === 'female' ? women : men).split(' '));
  const ageYears = dice.whole(...wanted.ages);
  const birthMs = nowMs - (ageYears + dice.next() * 0.95 + 0.02) * 365.25 * 86_400_000;
  return { id: dice.id(nowMs), family: dice.pick(families.split(' ')), given, sex, birthMs, ageYears };
}

export function patientResource(dice: Dice, person: SamplePerson, number: number, deceasedMs?: number): FhirResource {
  return {
    resourceType: 'Patient',
    id: person.id,
    meta: SAMPLE_META,
    active: true,
    identifier: [
      {
        use: 'usual',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
        system: 'urn:lamplight:sample:mrn',
        value: `S-${String(100_000 + number * 37)}`,
      },
    ],
    name: [{ use: 'official', family: person.family, given: [person.given] }],
    // 01632 960000 to 960999 is kept free for fiction by Ofcom.
    telecom: [{ system: 'phone', value: `01632 960${String(dice.whole(0, 999)).padStart(3, '0')}`, use: 'home' }],
    gender: person.sex,
    birthDate: day(person.birthMs),
    deceasedDateTime: deceasedMs === undefined ? undefined : day(deceasedMs),
    address: [{ line: [`${dice.whole(1, 180)} ${dice.pick(streets)}`], city: dice.pick(towns), country: 'ZZ' }],
  };
}
