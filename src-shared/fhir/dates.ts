/** FHIR dates: as precise as they came, with their offset. */

// R4 datatypes: date, dateTime, instant. An offset is due once there is a time; many senders leave it out, so it is optional here and said by the validator.
const pattern = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** Is it a date or time that the calendar has, at any FHIR precision? */
export function isFhirDate(value: string): boolean {
  const found = pattern.exec(value);
  if (found === null) return false;
  const [, year, month, day, hour, minute, second] = found.map((field) => (field === undefined ? undefined : Number(field)));
  if (month !== undefined && (month < 1 || month > 12)) return false;
  if (day !== undefined && (day < 1 || day > daysIn(year ?? 0, month ?? 1))) return false;
  return (hour ?? 0) <= 24 && (minute ?? 0) <= 59 && (second ?? 0) <= 60;
}

export function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Milliseconds since 1970 of the first moment that a date of any precision can mean; a time without offset is taken as UTC. */
export function earliestMs(value: string): number | undefined {
  if (!isFhirDate(value)) return undefined;
  const [date = '', time] = value.split('T');
  const [year = '1970', month = '01', day = '01'] = date.split('-');
  const clock = time === undefined ? '00:00:00Z' : /(Z|[+-]\d{2}:\d{2})$/.test(time) ? time : `${time}Z`;
  const ms = Date.parse(`${year}-${month}-${day}T${clock}`);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Age in the words of a clinic: days to 4 weeks, weeks to 3 months, months to 2 years, then years (as a nurse would say it). */
export function ageInWords(birthDate: string, nowMs: number): string {
  const [year = 0, month, day] = birthDate.split('-').map(Number);
  const now = new Date(nowMs);
  if (month === undefined) return `about ${Math.max(0, now.getUTCFullYear() - year)} y`;
  const before = now.getUTCMonth() + 1 < month || (now.getUTCMonth() + 1 === month && now.getUTCDate() < (day ?? 1));
  const years = now.getUTCFullYear() - year - (before ? 1 : 0);
  if (years >= 2) return `${years} y`;
  const days = Math.floor((nowMs - Date.UTC(year, month - 1, day ?? 1)) / 86_400_000);
  if (days < 0) return 'not yet born';
  if (days < 28) return `${days} d`;
  if (days < 92) return `${Math.floor(days / 7)} wk`;
  return `${(now.getUTCFullYear() - year) * 12 + now.getUTCMonth() + 1 - month - (now.getUTCDate() < (day ?? 1) ? 1 : 0)} mo`;
}
