import type { FieldHook } from 'payload'

/** ITU-T E.164: a plus, then at most 15 digits of which the first is not 0. */
const E164 = /^\+[1-9]\d{6,14}$/

export const isE164 = (value: string): boolean => E164.test(value)

/** Takes out what people write between the digits: spaces, dashes, dots, slashes and brackets. */
export const takeOutSigns = (typed: string): string => typed.replace(/[\s\u00A0().\-/\u2010-\u2015]/g, '')

/** Keeps the digits of a number alone; runs before its check, but not while somebody types. */
export const normalizeNumber: FieldHook = ({ value }) => (typeof value === 'string' ? takeOutSigns(value) : value)
