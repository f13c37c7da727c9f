import { z } from 'zod'

const TYPES = ['lite', 'auto', 'deep-lite', 'deep', 'fast', 'instant', 'neural', 'keyword', 'deep-reasoning'] as const
const CATEGORIES = ['company', 'publication', 'news', 'personal site', 'financial report', 'people'] as const

const size = z.strictObject({ maxCharacters: z.int().positive().optional(), includeHtmlTags: z.boolean().optional() })
const contents = z.strictObject({
  text: z.union([z.boolean(), size]).optional(),
  highlights: z
    .union([
      z.boolean(),
      z.strictObject({ query: z.string().optional(), maxCharacters: z.int().positive().optional() }),
    ])
    .optional(),
  summary: z.union([z.boolean(), z.strictObject({ query: z.string().optional() })]).optional(),
  maxAgeHours: z.int().optional(),
})

/** What `POST /search` takes; deprecated parameters are refused. Source: https://exa.ai/docs/reference/search */
const searchSchema = z.strictObject({
  query: z.string().min(1),
  type: z.enum(TYPES).default('auto'),
  numResults: z.int().min(1).max(100).default(10),
  category: z.enum(CATEGORIES).optional(),
  moderation: z.boolean().optional(),
  userLocation: z
    .string()
    .regex(/^[a-z]{2}$/i)
    .optional(),
  includeDomains: z.array(z.string()).optional(),
  excludeDomains: z.array(z.string()).optional(),
  startPublishedDate: z.iso.datetime().optional(),
  endPublishedDate: z.iso.datetime().optional(),
  contents: contents.optional(),
})

export type ExaSearch = z.infer<typeof searchSchema>

/** `lite` takes a part of it, and refuses the rest by name. Source: https://exa.ai/changelog */
const NOT_FOR_LITE = ['summary', 'maxAgeHours'] as const

/** Reads a body; a refusal is the sentence that Exa answers with. */
export function readSearch(body: string): { search: ExaSearch } | { error: string } {
  const parsed = searchSchema.safeParse(parse(body))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return { error: `Invalid request body | Validation error: ${issue?.message} at "${issue?.path.join('.')}"` }
  }
  const search = parsed.data
  const refused =
    search.type === 'lite' ? NOT_FOR_LITE.find((name) => search.contents?.[name] !== undefined) : undefined
  if (refused)
    return { error: `Invalid request body | Validation error: contents.${refused} is not supported by type lite` }
  return { search }
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
