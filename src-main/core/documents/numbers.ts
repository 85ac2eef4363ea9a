/** Digit groups with their decimal signs, in order: "158/94" holds two, "39,1" one, "26-0311-7745" three. */
export function numbersIn(text: string): string[] {
  return text.match(/\d+(?:[.,]\d+)*/g) ?? [];
}

/** What two engines must agree on: the digits, the signs between them, and comparison, sign and percent marks beside them. */
export function numberShape(text: string): string {
  return text
    .replace(/[−–—]/g, '-')
    .replace(/[^\d.,/<>≤≥±+%^:-]/g, '')
    .replace(/^[.,:/-]+|[.,:/-]+$/g, '');
}

export function hasDigit(text: string): boolean {
  return /\d/.test(text);
}
