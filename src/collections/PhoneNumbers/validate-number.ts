import type { TextFieldSingleValidation } from 'payload'
import { PHONE_NUMBERS } from '../slugs.ts'
import { isE164, takeOutSigns } from './normalize-number.ts'

/** Checks the form, and that no workspace has the number; whose it is stays unsaid. */
export const validateNumber: TextFieldSingleValidation = async (typed, { id, req }) => {
  const value = takeOutSigns(typed ?? '')
  if (!value) return 'Write the number in its international form, +15551234567.'
  if (!isE164(value))
    return 'Write the number in its international form: a plus, the country code, the rest. +15551234567.'
  const { totalDocs } = await req.payload.count({
    collection: PHONE_NUMBERS,
    // A number belongs to one workspace of all, so the numbers of all are asked.
    overrideAccess: true,
    where: { and: [{ number: { equals: value } }, ...(id === undefined ? [] : [{ id: { not_equals: id } }])] },
    req,
  })
  return totalDocs === 0 || 'This number is already used.'
}
