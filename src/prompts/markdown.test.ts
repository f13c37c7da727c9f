import { beforeAll, describe, expect, it } from '@jest/globals'
import { editorConfigFactory, getEnabledNodes } from '@payloadcms/richtext-lexical'
import { createHeadlessEditor } from '@payloadcms/richtext-lexical/lexical/headless'
import type { SanitizedConfig } from 'payload'
import { createPromptFeatures } from '../admin/prompt-editor/prompt-features.ts'
import { listVariables } from './list-variables.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { BOLD, CODE, isPromptDocument, ITALIC } from './prompt-document.ts'
import type { InlineNode, PromptDocument } from './prompt-document.ts'
import { writeMarkdown } from './write-markdown.ts'

const EXAMPLE = `# Who you are

You are {{agent_name}}, who answers for **{{tenant_name}} since *1999***.
The caller is \`{{caller_number}}\`, see [our *prices*](https://example.com/prices).

## Rules

- Speak in short sentences.
- Never say \`sudo\` or **read *numbers* aloud**.
    - Not even {{caller_number}}.
        1. Really
        2. Not
    - Neither this
- Keep snake_case words.

3. Greet
4. Ask for the {{order_number}}

> The customer is king,
> says {{agent_name}}.

Goodbye.`

/** Every link gets an id of its own when it is made; the format that typing would go on with is the editor's affair. */
const comparable = (document: unknown): unknown =>
  JSON.parse(
    JSON.stringify(document, (key, value: unknown) => (key === 'id' || key === 'textFormat' ? undefined : value)),
  )

const inlineOf = (markdown: string): string[] => {
  const [block] = parseMarkdown(markdown).root.children
  const children = (block?.children ?? []) as InlineNode[]
  return children.map((node) => {
    if (node.type === 'linebreak') return '↵'
    if (node.type === 'link') return `→${node.fields.url}`
    const { format } = node
    return `${format & BOLD ? 'b' : ''}${format & ITALIC ? 'i' : ''}${format & CODE ? 'c' : ''}:${node.text}`
  })
}

describe('prompts as Markdown', () => {
  it('should come back as they were written', () => {
    expect(writeMarkdown(parseMarkdown(EXAMPLE))).toBe(EXAMPLE)
    expect(listVariables(parseMarkdown(EXAMPLE))).toEqual([
      'agent_name',
      'tenant_name',
      'caller_number',
      'order_number',
    ])
  })

  it.each([
    'Save it as order_form_v2, then snake_case and *emphasis*.',
    'A \\*star, \\_under\\_ and \\` tick, but 5 * 3 = 15 and a _ b',
    'A path C:\\temp and a literal \\\\* star',
    'Two lines\nof one paragraph',
    'Lines\n\\# not a heading\n\\- not an item\n1\\. nor this\n\\> nor that',
    '{{caller_number}}{{called_number}}',
    '**{{agent_name}}** un**frigging**believable',
    'a**{{agent_name}}**b',
    '*{{agent_name}} is **very {{tenant_name}}** indeed*',
    '***both***',
    '**a *b***',
    '***a* b**',
    '*a **b***',
    '***a** b*',
    '**a**, *b*, **c**',
    '- {{agent_name}}\n- {{tenant_name}}',
    '- one\n  more of one\n- two',
    '- bullet\n    1. number\n    2. number\n- bullet',
    '# {{agent_name}}',
    '```json\n{ "a_b": "*{{caller_number}}*" }\n\n- no item\n```',
    '\\`\\`\\`\nnever closed',
    '| a | b |\n| --- | --- |\n| 1 | 2 |',
    '> a\n> \n> b',
    'Price [1] (see {"a": {"b": 1}}), <b>html</b> & 100%',
    'Not a \\[link](here) but [one](https://a.example/b_c_d)',
    'Grüße, 你好, שלום 👋',
    '``a ` tick`` and `` ` ``',
    '##### Five\n---',
    '- [ ] open\n- [x] done',
  ])('should keep %j as it is', (markdown) => {
    const document = parseMarkdown(markdown)
    expect(writeMarkdown(document)).toBe(markdown)
    expect(comparable(parseMarkdown(writeMarkdown(document)))).toEqual(comparable(document))
  })

  it.each([
    ['Hi {{ agent_name }}\r\nthere', 'Hi {{agent_name}}\nthere'],
    ['__bold__ and _italic_', '**bold** and *italic*'],
    ['* star\n+ plus', '- star\n- plus'],
    ['text\n- item\n# head\nmore', 'text\n\n- item\n\n# head\n\nmore'],
    ['- a\n  - b\n    - c\n- d', '- a\n    - b\n        - c\n- d'],
    ['\n\n  \n', ''],
    ['**open and *lonely', '\\*\\*open and \\*lonely'],
  ])('should read %j and write %j', (given, written) => {
    expect(writeMarkdown(parseMarkdown(given))).toBe(written)
  })

  it.each([
    ['**a *b* c**', ['b:a ', 'bi:b', 'b: c']],
    ['snake_case and _emphasis_', [':snake_case and ', 'i:emphasis']],
    ['**two\nlines**', ['b:two', '↵', 'b:lines']],
    ['2 * 3 * 4', [':2 * 3 * 4']],
    ['`**code**` ``', ['c:**code**', ': ``']],
    ['**[a](https://b.example)**', ['→https://b.example']],
    ['*foo**bar**baz*', ['i:foo', 'bi:bar', 'i:baz']],
    ['**foo*bar*baz**', ['b:foo', 'bi:bar', 'b:baz']],
    ['foo**bar', [':foo**bar']],
    ['{{a}} {{b c}}', [':{{a}}', ': {{b c}}']],
  ])('should read %j as %j', (markdown, nodes) => {
    expect(inlineOf(markdown)).toEqual(nodes)
  })

  it('should write emphasis around words, not around white space', () => {
    const { root } = parseMarkdown('x')
    const [block] = root.children
    const text = (content: string, format: number) => ({ ...(block?.children[0] as object), text: content, format })
    const children = [text('a', 0), text(' b ', BOLD), text('c ', BOLD | ITALIC), text('d', 0)]
    const document = { root: { ...root, children: [{ ...block, children }] } } as unknown as PromptDocument
    expect(writeMarkdown(document)).toBe('a **b *c*** d')
  })

  it.each([
    '*a ',
    '*a* ',
    'a*b_',
    '_a ',
    '**a** *b ',
    '{{a}} ',
    '{{ ',
    '[a](b) ',
    '[a](',
    '[',
    '`a ',
    '`a ``',
    '***a* ',
    '*a **b ***c ',
    '\\*',
    '- a\n  - ',
    '> ',
    '```\n',
    '```a\n',
    '1. \n',
  ])('should not take long over %j many times', (piece) => {
    const markdown = piece.repeat(Math.floor(50_000 / piece.length))
    const before = process.cpuUsage()
    writeMarkdown(parseMarkdown(markdown))
    // Of the processor's time: what else the machine does is not counted.
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(5_000)
  })
})

describe('documents of the prompt editor', () => {
  let open: (document: unknown) => unknown
  beforeAll(async () => {
    const config = { collections: [], i18n: {} } as unknown as SanitizedConfig
    const editorConfig = await editorConfigFactory.fromFeatures({ config, features: createPromptFeatures() })
    open = (document) => {
      const onError = (error: Error) => {
        throw error
      }
      const editor = createHeadlessEditor({ nodes: getEnabledNodes({ editorConfig }), onError })
      editor.setEditorState(editor.parseEditorState(JSON.stringify(document)))
      editor.update(() => {}, { discrete: true })
      return editor.getEditorState().toJSON()
    }
  })

  it.each([EXAMPLE, '', '```\n{{a}}\n```', '***all*** `of` it\n[x](https://y.example)'])(
    'should be what the editor itself would save: %j',
    (markdown) => {
      const document = parseMarkdown(markdown)
      expect(isPromptDocument(document)).toBe(true)
      expect(comparable(open(document))).toEqual(comparable(document))
    },
  )

  const { root } = parseMarkdown('x')
  const withChild = (child: object) => ({ root: { ...root, children: [child] } })
  const nested = (depth: number): object =>
    depth === 0 ? { type: 'paragraph', children: [] } : { type: 'listitem', children: [nested(depth - 1)] }
  it.each([
    ['nothing', null],
    ['text', 'You are …'],
    ['no root', {}],
    ['an upload', withChild({ type: 'upload' })],
    ['a heading without a level', withChild({ type: 'heading', children: [] })],
    ['a paragraph without children', withChild({ type: 'paragraph' })],
    ['a text without text', withChild({ type: 'paragraph', children: [{ type: 'text' }] })],
    [
      'a variable with an impossible name',
      withChild({ type: 'paragraph', children: [{ type: 'variable', name: '}}{{' }] }),
    ],
    ['a tree without end', withChild(nested(1_000))],
  ])('should not be %s', (_what, value) => {
    expect(isPromptDocument(value)).toBe(false)
  })
})
