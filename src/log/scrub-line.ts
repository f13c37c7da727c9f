const CENSOR = '[redacted]'

/** Names of fields and headers whose text is never logged, in any case and at any depth. */
const NAMES =
  '(?:proxy-)?authorization|(?:set-)?cookie|password|passphrase|[\\w-]*api[-_]?key|[\\w-]*token|[\\w-]*secret|credentials|ciphertext|envelope|wrapped'

/** A JSON string and what may stand between the brackets of a flat JSON array. */
const TEXT = '"(?:[^"\\\\]|\\\\.)*"'
const FLAT_ARRAY = `\\[(?:${TEXT}|[^"\\[\\]])*\\]`

const RULES: readonly [pattern: RegExp, replacement: string][] = [
  [new RegExp(`("(?:${NAMES})":)(?:${TEXT}|${FLAT_ARRAY})`, 'gi'), `$1"${CENSOR}"`],
  // JSON within a text, such as the body of a request in the message of an error.
  [new RegExp(`(\\\\"(?:${NAMES})\\\\":\\s*\\\\")[^"\\\\]*`, 'gi'), `$1${CENSOR}`],
  // The values of a query that the database refused: rows, with whatever people wrote into them.
  [new RegExp(`("params":)${FLAT_ARRAY}`, 'g'), `$1"${CENSOR}"`],
  [/(\\nparams: )(?:[^"\\]|\\.)*?(?=\\n {4}at |")/g, `$1${CENSOR}`],
  [/\b(Bearer|Token|JWT|Basic|API-Key)(\s+)(?=[^\s"\\]*\d)[\w.~+/=-]{12,}/gi, `$1$2${CENSOR}`],
  [/([?&](?:api_?key|key|token|access_token|auth|secret)=)[^&\s"\\]+/gi, `$1${CENSOR}`],
  // The ticket in the address of a media stream.
  [/(\/media\/[a-z][a-z0-9]*\/)[\w-]{43}/g, `$1${CENSOR}`],
  // Keys by the forms that providers give them, session tokens, and what the vault writes.
  [/\b(?:sk|rk|xai|gsk)[-_][\w-]{16,}/g, CENSOR],
  [/\bKEY[0-9A-Za-z_-]{24,}/g, CENSOR],
  [/\bAIza[\w-]{30,}/g, CENSOR],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]+/g, CENSOR],
  [/\bpbk?1\.[\w:/-]+\.[\w-]{16,}/g, CENSOR],
  [/\b[0-9a-f]{40,}\b/gi, CENSOR],
]

/**
 * Takes secrets out of a finished line of the log, wherever in it they stand: in a field by its name, in the text of an
 * error, in an address. The last line of defence: whoever logs leaves them out in the first place.
 * @param line JSON; stays JSON
 */
export const scrubLine = (line: string): string =>
  RULES.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line)
