import { beforeAll, describe, expect, it } from '@jest/globals'
import { editorConfigFactory } from '@payloadcms/richtext-lexical'
import type { SanitizedConfig } from 'payload'
import { createPromptFeatures } from '../admin/prompt-editor/prompt-features.ts'
import { createPromptConverter } from './prompt-converter.ts'
import type { PromptConverter } from './prompt-converter.ts'
import { listVariables } from './prompt-document.ts'
import type { PromptNode } from './prompt-document.ts'

const EXAMPLE = `# Who you are

You are {{agent_name}}, who answers for **{{tenant_name}} since _1999_**.
The caller is \`{{caller_number}}\`, see [our *prices*](https://example.com/prices).

## Rules

- Speak in short sentences.
- Never say \`sudo\` or **read *numbers* aloud**.
    - Not even {{caller_number}}.
- Keep snake_case words.

1. Greet
2. Ask for the {{order_number}}

> The customer is king,
> says {{agent_name}}.

Goodbye.`

const typesOf = (node: PromptNode): string[] => [node.type, ...(node.children ?? []).flatMap(typesOf)]

/** Every link gets an id of its own when it is made. */
const withoutIds = (document: unknown): unknown =>
  JSON.parse(JSON.stringify(document, (key, value: unknown) => (key === 'id' ? undefined : value)))

describe('the prompt converter', () => {
  let converter: PromptConverter
  beforeAll(async () => {
    const config = { collections: [], i18n: {} } as unknown as SanitizedConfig
    const features = createPromptFeatures()
    converter = createPromptConverter(await editorConfigFactory.fromFeatures({ config, features }))
  })

  it('should give back the Markdown that it was given', () => {
    expect(converter.toMarkdown(converter.toDocument(EXAMPLE))).toBe(EXAMPLE)
  })

  it('should give back the document that it made', () => {
    const document = converter.toDocument(EXAMPLE)
    expect(withoutIds(converter.toDocument(converter.toMarkdown(document)))).toEqual(withoutIds(document))
  })

  it.each([
    ['**a *b***', '**a _b_**'],
    ['***a* b**', '**_a_ b**'],
    ['*a **b***', '_a **b**_'],
    ['***a** b*', '***a*** *b*'],
    ['***both***', '***both***'],
  ])('should read %s as emphasis within emphasis', (given, written) => {
    const document = converter.toDocument(given)
    const formats = document.root.children?.[0]?.children?.map((node) => (node as { format?: number }).format)
    expect(new Set(formats)).toContain(3)
    expect(converter.toMarkdown(document)).toBe(written)
    expect(converter.toMarkdown(converter.toDocument(written))).toBe(written)
  })

  it('should make a node of each kind', () => {
    const document = converter.toDocument(EXAMPLE)
    expect([...new Set(typesOf(document.root))].sort()).toEqual(
      ['heading', 'linebreak', 'link', 'list', 'listitem', 'paragraph', 'quote', 'root', 'text', 'variable'].sort(),
    )
    expect(listVariables(document)).toEqual(['agent_name', 'tenant_name', 'caller_number', 'order_number'])
  })

  it.each([
    'Save it as order_form_v2, not as order form.',
    'Escaped \\* star, \\_under\\_ and \\` tick',
    'A path C:\\temp and a literal \\\\* star',
    'Two lines\nof one paragraph',
    '{{caller_number}}{{called_number}}',
    '**{{agent_name}}**',
    '*{{agent_name}} is **very {{tenant_name}}** indeed*',
    '- {{agent_name}}\n- {{tenant_name}}',
    '# {{agent_name}}',
    '```\nline of code\n```',
    'Price: 5 \\* 3 = 15, {"a": 1}, <b>html</b> & 100%',
    'Grüße, 你好, שלום 👋',
    'A ~ tilde and `code_with *stars*`',
  ])('should keep %j as it is', (markdown) => {
    const document = converter.toDocument(markdown)
    expect(converter.toMarkdown(document)).toBe(markdown)
    expect(converter.toDocument(converter.toMarkdown(document))).toEqual(document)
  })

  it('should take what Windows and a hurried hand write', () => {
    expect(converter.toMarkdown(converter.toDocument('Hi {{ agent_name }}\r\nthere'))).toBe('Hi {{agent_name}}\nthere')
  })

  it('should have nothing to say of an empty prompt', () => {
    expect(converter.toMarkdown(converter.toDocument(''))).toBe('')
  })

  it('should know which documents the editor can open', () => {
    const { root } = converter.toDocument(EXAMPLE)
    expect(converter.canOpen({ root })).toBe(true)
    expect(converter.canOpen({ root: { ...root, children: [{ type: 'upload', version: 1 }] } })).toBe(false)
  })
})
