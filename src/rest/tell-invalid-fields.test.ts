import { describe, expect, it } from '@jest/globals'
import type { AfterErrorHook } from 'payload'
import { tellInvalidFields } from './tell-invalid-fields.ts'

const tell = (error: object) => tellInvalidFields({ error } as unknown as Parameters<AfterErrorHook>[0])

describe('what a form is told of a field that is wrong', () => {
  const tool = { path: 'tools.0.type', label: 'Tools > Tool', message: 'Choose a tool.' }
  const name = { path: 'name', label: 'Name', message: 'Give it a name.' }

  it('should hold the path and the sentence of each, whichever copy of Payload found it', () => {
    const data = { collection: 'agents', errors: [tool, name] }
    const error = { name: 'ValidationError', message: 'The following fields are invalid: Tool, Name', data }
    expect(tell(error)).toEqual({ response: { errors: [error] } })
  })

  it('should say at once what is wrong with one', () => {
    const told = (errors: object[]) =>
      tell({ name: 'ValidationError', message: 'The following field is invalid: Tool', data: { errors } })
    expect(told([tool])).toMatchObject({ response: { errors: [{ message: 'Tools → Tool · Choose a tool.' }] } })
    const labelled = { ...tool, label: () => 'Tool' }
    expect(told([labelled])).toMatchObject({ response: { errors: [{ message: 'tools.0.type · Choose a tool.' }] } })
  })

  it('should leave every other failure as it is', () => {
    expect(tell({ name: 'APIError', message: 'No.', data: { errors: [] } })).toBeUndefined()
    expect(tell({ name: 'ValidationError', message: 'No.' })).toBeUndefined()
  })
})
