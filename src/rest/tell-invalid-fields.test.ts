import { describe, expect, it } from '@jest/globals'
import type { AfterErrorHook } from 'payload'
import { tellInvalidFields } from './tell-invalid-fields.ts'

const tell = (error: object) => tellInvalidFields({ error } as unknown as Parameters<AfterErrorHook>[0])

describe('what a form is told of a field that is wrong', () => {
  it('should hold the path and the sentence of each, whichever copy of Payload found it', () => {
    const data = { collection: 'agents', errors: [{ path: 'tools.0.type', label: 'Tool', message: 'Choose a tool.' }] }
    const error = { name: 'ValidationError', message: 'The following field is invalid: Tool', status: 400, data }
    expect(tell(error)).toEqual({
      response: { errors: [{ name: 'ValidationError', message: 'The following field is invalid: Tool', data }] },
    })
  })

  it('should leave every other failure as it is', () => {
    expect(tell({ name: 'APIError', message: 'No.', data: { errors: [] } })).toBeUndefined()
    expect(tell({ name: 'ValidationError', message: 'No.' })).toBeUndefined()
  })
})
