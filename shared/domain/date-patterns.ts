/** How dates and time stamps may be written (strptime), beside ISO 8601. */

const numericDates = ['%m/%d/%Y', '%d/%m/%Y', '%d.%m.%Y'] as const;

/** Those that are tried, in this order, where ISO 8601 does not fit. */
export const guessedPatterns: Readonly<Record<'date' | 'timestamp', readonly string[]>> = {
  date: [...numericDates, '%b %d %Y'],
  timestamp: numericDates.flatMap((date) => [`${date} %H:%M`, `${date} %H:%M:%S`]),
};

const furtherDates = ['%d-%m-%Y', '%m-%d-%Y', '%Y%m%d', '%Y.%m.%d', '%d %b %Y', '%d %B %Y', '%B %d %Y'] as const;

/** Those that the user may choose from: the ones that are tried, and more. */
export const offeredPatterns: Readonly<Record<'date' | 'timestamp', readonly string[]>> = {
  date: [...guessedPatterns.date, ...furtherDates],
  timestamp: [...guessedPatterns.timestamp, ...furtherDates.flatMap((date) => [`${date} %H:%M`, `${date} %H:%M:%S`]), '%Y%m%d%H%M%S'],
};

/** "%d/%m/%Y" as "day/month/year". */
export function patternWords(pattern: string): string {
  return pattern.replace(/%[bB]/, 'month\u2019s name').replace('%m', 'month').replace('%d', 'day').replace('%Y', 'year').replace('%H', 'hour').replace('%M', 'minute').replace('%S', 'second');
}
