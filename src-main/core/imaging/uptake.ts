/**
 * The factor from the rescaled values of PET to the standardised uptake value by body weight (SUVbw, g/ml), after the consensus of QIBA's vendors
 * (https://qibawiki.rsna.org/index.php/Standardized_Uptake_Value_(SUV), "happy path" and robust version). Where the header does not allow it, the reason. Runs in a worker.
 */
import type { ImagingInstance } from '../../../src-shared/contract/imaging.ts';
import { type DataSet, tags } from './parse/data-set.ts';
import { itemsOf, lineOf, numberOf, textsOf } from './parse/values.ts';

type Uptake = NonNullable<ImagingInstance['uptake']>;
type Why = Extract<Uptake, { why: string }>['why'];

/** Kilograms that a patient may weigh: grams and pounds of a guess are far from it. */
const WEIGHT_MAX = 500;
/** Becquerel of the smallest dose that gives a picture; megabecquerel, as some write, are far below. */
const DOSE_MIN = 100_000;
/** After so many half-lives nothing can be seen: times that are further apart are not of one examination. */
const HALF_LIVES_MAX = 10;
const DAY_S = 86_400;

class NotKnown extends Error {
  readonly why: Why;
  constructor(why: Why) {
    super(why);
    this.why = why;
  }
}

/** Undefined for what is not PET. */
export function uptakeOf(dataSet: DataSet): Uptake | undefined {
  if (lineOf(dataSet, tags.modality) !== 'PT') return undefined;
  try {
    return { factor: factorOf(dataSet) };
  } catch (thrown) {
    if (thrown instanceof NotKnown) return { why: thrown.why };
    throw thrown;
  }
}

function factorOf(dataSet: DataSet): number {
  const unit = lineOf(dataSet, 0x00541001);
  if (unit === 'GML') {
    const type = lineOf(dataSet, 0x00541006);
    if (type && type !== 'BW') throw new NotKnown('other-suv');
    return 1;
  }
  if (unit === 'CNTS') {
    const direct = philips(dataSet, 0x00);
    if (direct) return direct;
    const activity = philips(dataSet, 0x09);
    if (!activity) throw new NotKnown('unit');
    return activity * byActivity(dataSet);
  }
  if (unit !== 'BQML') throw new NotKnown('unit');
  return byActivity(dataSet);
}

/** From Bq/ml. */
function byActivity(dataSet: DataSet): number {
  const corrected = textsOf(dataSet, 0x00280051);
  if (!corrected.includes('ATTN') || !corrected.includes('DECY')) throw new NotKnown('correction');
  const [tracer, ...others] = itemsOf(dataSet, 0x00540016);
  if (!tracer) throw new NotKnown('dose');
  if (others.length > 0) throw new NotKnown('tracers');
  const weight = numberOf(dataSet, 0x00101030) ?? 0;
  if (weight <= 0 || weight > WEIGHT_MAX) throw new NotKnown('weight');
  const dose = numberOf(tracer, 0x00181074) ?? 0;
  if (dose < DOSE_MIN) throw new NotKnown('dose');
  const grams = weight * 1000;
  switch (lineOf(dataSet, 0x00541102)) {
    case 'ADMIN':
      return grams / dose;
    case 'START': {
      const halfLife = numberOf(tracer, 0x00181075) ?? 0;
      if (halfLife <= 0) throw new NotKnown('half-life');
      const decay = secondsBetween(tracer, scanOf(dataSet, halfLife), HALF_LIVES_MAX * halfLife);
      if (decay < 0 || decay > HALF_LIVES_MAX * halfLife) throw new NotKnown('times');
      return grams / (dose * 2 ** (-decay / halfLife));
    }
    default:
      throw new NotKnown('correction');
  }
}

/** A moment of the scanner's clock, in seconds; with 0 as day where only the time is known. */
interface Moment {
  seconds: number;
  dated: boolean;
}

/** The moment to which the values are corrected: when the series began, unless that is the time of a later working-over. */
function scanOf(dataSet: DataSet, halfLife: number): Moment {
  const series = momentOf(lineOf(dataSet, 0x00080021), lineOf(dataSet, 0x00080031));
  const acquired = momentOf(lineOf(dataSet, 0x00080022), lineOf(dataSet, 0x00080032));
  if (series && (!acquired || series.seconds <= acquired.seconds)) return series;
  const ge = ofBlock(dataSet, 0x0009, 'GEMS_PETD_01', 0x0d);
  const own = ge === undefined ? undefined : momentIn(lineOf(dataSet, ge));
  if (own) return own;
  // The middle of what was counted in this frame lies so far behind the scan's begin.
  const reference = numberOf(dataSet, 0x00541300) ?? 0;
  const duration = (numberOf(dataSet, 0x00181242) ?? 0) / 1000;
  if (!acquired || reference <= 0 || duration <= 0) throw new NotKnown('times');
  const constant = Math.LN2 / halfLife;
  const during = constant * duration;
  const middle = Math.log(during / (1 - Math.exp(-during))) / constant;
  return { ...acquired, seconds: acquired.seconds - reference / 1000 + middle };
}

/**
 * From injection to scan; an injection before midnight that says only its time was on the day before.
 * @param most seconds that may lie between: where a day more would be possible too (zirconium-89 is scanned days later), a time alone does not say which day it was
 */
function secondsBetween(tracer: DataSet, scan: Moment, most: number): number {
  const whole = momentIn(lineOf(tracer, 0x00181078));
  if (whole?.dated && scan.dated) return scan.seconds - whole.seconds;
  const clock = whole ?? momentOf(undefined, lineOf(tracer, 0x00181072));
  if (!clock) throw new NotKnown('times');
  const apart = (scan.seconds % DAY_S) - (clock.seconds % DAY_S);
  const least = apart < 0 ? apart + DAY_S : apart;
  if (least + DAY_S <= most) throw new NotKnown('times');
  return least;
}

/** DA and TM. */
function momentOf(date: string | undefined, time: string | undefined): Moment | undefined {
  const [, hours, minutes = '0', seconds = '0'] = /^(\d{2}):?(\d{2})?:?(\d{2}(?:\.\d+)?)?/.exec(time ?? '') ?? [];
  if (hours === undefined) return undefined;
  const clock = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  const [, year, month, day] = /^(\d{4})\.?(\d{2})\.?(\d{2})/.exec(date ?? '') ?? [];
  if (year === undefined) return { seconds: clock, dated: false };
  return { seconds: Date.UTC(Number(year), Number(month) - 1, Number(day)) / 1000 + clock, dated: true };
}

/** DT; an offset from UTC is left aside, as dates and times of a file are by one clock. */
function momentIn(text: string | undefined): Moment | undefined {
  return text === undefined ? undefined : momentOf(text.slice(0, 8), text.slice(8));
}

/** A positive number of Philips' own: 00 from counts to SUVbw, 09 from counts to Bq/ml. */
function philips(dataSet: DataSet, element: number): number | undefined {
  const tag = ofBlock(dataSet, 0x7053, 'Philips PET Private Group', element);
  const value = tag === undefined ? undefined : numberOf(dataSet, tag);
  return value !== undefined && value > 0 ? value : undefined;
}

/** The tag of an element of a private block (PS3.5 7.8.1). */
function ofBlock(dataSet: DataSet, group: number, creator: string, element: number): number | undefined {
  for (let block = 0x10; block <= 0xff; block++)
    if (lineOf(dataSet, group * 0x10000 + block)?.trim() === creator) return group * 0x10000 + block * 0x100 + element;
  return undefined;
}
