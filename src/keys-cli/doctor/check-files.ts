import { existsSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileOfDatabase } from '../../db/check-database.ts'
import type { Environment } from '../../env/index.ts'
import { secretsFileIn } from '../../env/generated-secrets.ts'
import type { PageLine } from '../output/page.ts'

const OTHERS = 0o007
const GROUP_AND_OTHERS = 0o077
const ENV_FILES = ['.env', '.env.local', '.env.production', '.env.production.local']
const SECRET_NAMES =
  /^\s*(?:export\s+)?(?:ENCRYPTION_KEY|ENCRYPTION_KEYS_RETIRED|PAYLOAD_SECRET|[A-Z]+_API_KEY)\s*=\s*\S/m

type CheckOptions = { environment: Environment; dataDirectory: string }
/** A file, and who must not read it. */
type Guarded = { file: string; mask: number; level: 'warning' | 'problem' }

/** Who else on this machine can read the files that hold secrets. */
export function checkFiles({ environment, dataDirectory }: CheckOptions): PageLine[] {
  // Windows tells rights in another way.
  if (process.platform === 'win32') return []
  const guarded = listFiles({ environment, dataDirectory }).filter(({ file }) => existsSync(file))
  const open = guarded.filter(({ file, mask }) => (statSync(file).mode & mask) !== 0 && !isShut(path.dirname(file)))
  if (open.length === 0) {
    const names = guarded.map(({ file }) => nameIn(dataDirectory, file))
    return [
      {
        level: 'ok',
        title: 'Files',
        text: names.length > 0 ? `Others cannot read ${names.join(', ')}.` : 'No file holds a secret.',
      },
    ]
  }
  return [
    {
      level: open.some(({ level }) => level === 'problem') ? 'problem' : 'warning',
      title: 'Files',
      text: 'Other accounts of this machine can read files that hold secrets.',
      items: open.map(({ file }) => `${file} (mode ${(statSync(file).mode & 0o777).toString(8)})`),
      todo: `chmod 600 ${open.map(({ file }) => nameIn(dataDirectory, file)).join(' ')}`,
    },
  ]
}

/** As somebody in the data directory would name it. */
const nameIn = (directory: string, file: string): string =>
  file.startsWith(`${directory}${path.sep}`) ? path.relative(directory, file) : file

const isShut = (folder: string): boolean => (statSync(folder).mode & GROUP_AND_OTHERS) === 0

function listFiles({ environment, dataDirectory }: CheckOptions): Guarded[] {
  const { encryptionKeyFile, databaseUri, databaseKind } = environment
  const database = databaseKind === 'sqlite' ? fileOfDatabase(databaseUri) : undefined
  const envFiles = ENV_FILES.map((name) => path.join(dataDirectory, name)).filter(holdsSecrets)
  return [
    { file: secretsFileIn(dataDirectory), mask: GROUP_AND_OTHERS, level: 'problem' },
    ...envFiles.map((file): Guarded => ({ file, mask: OTHERS, level: 'warning' })),
    // What an orchestrator mounts belongs to a group; whoever else is on the machine has no business there.
    ...(encryptionKeyFile && !encryptionKeyFile.isGenerated
      ? [{ file: encryptionKeyFile.path, mask: OTHERS, level: 'warning' } as const]
      : []),
    ...(database ? [{ file: database, mask: OTHERS, level: 'warning' } as const] : []),
  ]
}

const holdsSecrets = (file: string): boolean => existsSync(file) && SECRET_NAMES.test(readFileSync(file, 'utf8'))
