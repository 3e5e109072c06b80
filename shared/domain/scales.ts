/** Categories that everybody orders alike: sizes, days, months, degrees of agreement. */

/** Each level with its spellings, from the lowest to the highest. */
interface Scale {
  readonly name: string;
  readonly levels: readonly (readonly string[])[];
  /** Fewer values than this could be words of any kind, as "may" and "second" are. */
  readonly fewest: number;
}

const plain = (name: string, levels: string, fewest = 2): Scale => ({ name, levels: levels.split(',').map((level) => level.split('|')), fewest });

const scales: readonly Scale[] = [
  plain('days of the week', 'monday|mon|mo,tuesday|tue|tues|tu,wednesday|wed|we,thursday|thu|thur|thurs|th,friday|fri|fr,saturday|sat|sa,sunday|sun|su', 3),
  plain('months', 'january|jan,february|feb,march|mar,april|apr,may,june|jun,july|jul,august|aug,september|sep|sept,october|oct,november|nov,december|dec', 3),
  plain('degrees', 'very low,low,medium|med|mid|moderate|average,high,very high'),
  plain('sizes', 'xxs,xs|extra small,s|small,m|medium,l|large,xl|extra large,xxl|2xl,xxxl|3xl', 3),
  plain('sizes', 'tiny,small,medium,large,huge'),
  plain('degrees of agreement', 'strongly disagree,disagree,somewhat disagree|slightly disagree,neutral|neither agree nor disagree|undecided,somewhat agree|slightly agree,agree,strongly agree'),
  plain('degrees of satisfaction', 'very dissatisfied|very unsatisfied,dissatisfied|unsatisfied,neutral|neither satisfied nor dissatisfied,satisfied,very satisfied'),
  plain('frequencies', 'never,rarely|seldom,sometimes|occasionally,often|frequently,very often|usually,always'),
  plain('likelihoods', 'very unlikely,unlikely,neutral|possible,likely,very likely'),
  plain('marks', 'very poor|very bad,poor|bad,fair|average|ok,good,very good,excellent|premium|outstanding,ideal', 3),
  plain('degrees of severity', 'none,mild|minor,moderate,severe|major,critical', 3),
  plain('levels of skill', 'beginner|novice,intermediate,advanced,expert'),
  plain('ranks', 'bronze,silver,gold,platinum,diamond'),
];

export interface KnownScale {
  /** In plural: "days of the week". */
  readonly name: string;
  /** The values as they are spelt, from the lowest to the highest. */
  readonly order: string[];
}

/** The scale that all these values are levels of; null where there is none, or where two values are one level. */
export function scaleOf(values: readonly string[]): KnownScale | null {
  for (const { name, levels, fewest } of scales) {
    if (values.length < fewest || values.length > levels.length) continue;
    const places = values.map((value) => levels.findIndex((spellings) => spellings.includes(value.trim().toLowerCase().replace(/[\s_-]+/g, ' '))));
    if (places.includes(-1) || new Set(places).size !== places.length) continue;
    return { name, order: values.map((value, index) => ({ value, place: places[index] ?? 0 })).sort((a, b) => a.place - b.place).map(({ value }) => value) };
  }
  return null;
}

/** Values in the order that a reader expects where no scale is known: numbers within them count as numbers. */
export function inReadingOrder(values: readonly string[]): string[] {
  return values.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}
