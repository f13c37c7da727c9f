/** What people write between the digits. */
const BETWEEN_DIGITS = /[\s\u00A0().\-/\u2010-\u2015]/g
/** ITU-T E.164: a plus, then at most 15 digits of which the first is not 0. */
const E164 = /^\+[1-9]\d{6,14}$/

/**
 * A number as carriers take it, from what somebody typed or pasted; 00 in front stands for the plus.
 * @returns undefined where the country code is missing, or it is no number
 */
export function toE164(typed: string): string | undefined {
  const number = typed.replace(BETWEEN_DIGITS, '').replace(/^00/, '+')
  return E164.test(number) ? number : undefined
}
