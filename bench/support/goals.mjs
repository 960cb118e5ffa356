/** What a measurement wants to reach. */

/** The measured ratio or value is to be `limit` or more. */
export function atLeast(limit, unit = '') {
  return {text: `≥ ${limit}${unit}`, holds: value => value >= limit};
}

/** The measured ratio or value is to be `limit` or less. */
export function atMost(limit, unit = '') {
  return {text: `≤ ${limit}${unit}`, holds: value => value <= limit};
}
