import type { CommandName } from './parse-arguments.ts'

const GENERAL = `
Looks after the vault in which workspaces keep their provider keys. Works beside
a running server, on the database and the keys that the server has (.env, the
variables of this shell, data/secrets.json).

  npm run keys -- <command> [options]

  doctor    one page on everything: the vault, its keys, leaks, what to do
  verify    opens every stored key and checks the audit log
  rotate    moves the vault to a new key-encryption key
  import    takes provider keys over from an older system

  --help    for all, or for one command: npm run keys -- import --help
  --json    one JSON object on standard output instead of the page

Exit code: 0 everything is fine, 1 there are problems, 2 wrong usage. No output
holds a secret. NO_COLOR turns colours off. For --json use "npm run -s keys --"
or "node scripts/keys.mjs", which print nothing of their own.
`

const ROTATE = `
Wraps every workspace's data key under the current key-encryption key, while the
product serves. It can be stopped at any moment and started again.

  npm run keys -- rotate [options]

  --dry-run       says what would be done, and changes nothing
  --force         goes on although a running server cannot read the new key yet
  --drop-retired  afterwards forgets the former keys that nothing needs any more
  --json          the report as JSON

Ctrl-C stops between two rows; the same command goes on from there. The steps of
a rotation, and what to set where, are in docs/keys-command.md.
`

const VERIFY = `
Opens every stored key and every data key of every workspace, one at a time, and
checks the audit log's chain. Changes nothing.

  npm run keys -- verify [options]

  --mark    sets keys that do not open to "undecryptable", so that their owners
            are asked to enter them again
  --json    the report as JSON
`

const DOCTOR = `
One page on the state of the vault: ok, warning or problem, and what to do.

  npm run keys -- doctor [options]

  --log <file>  looks for stored keys, and for what is shaped like a key, in a
                log file; "-" reads standard input. May be given several times
  --json        the report as JSON
`

const IMPORT = `
Takes provider keys over from an older system and stores them encrypted, as
"unverified". Run again, it goes on with what is missing.

  npm run keys -- import --plaintext <file.json> [options]
  npm run keys -- import --fernet <file.json> --secret-env NAME [options]

The file holds  [{"tenant", "provider", "apiKey" or "credentials"}, …]
or              {"<tenant>": {"<provider>": "<key>"}}
A tenant is named by its id, its slug, or the e-mail address of its owner.

  --plaintext <file>    values are keys as they are
  --fernet <file>       values are Fernet tokens, or keys that were never
                        encrypted, or both in one file
  --secret-env <name>   the variable that holds the secret: the Fernet key, or
                        what it is derived from by PBKDF2-SHA256
  --secret-file <file>  the same from a file
  --salt <text>         the salt of PBKDF2: a text, hex:… or base64:…
  --salt-file <file>    the salt as the bytes of a file
  --iterations <n>      the rounds of PBKDF2; 480000 by default
  --check               asks each provider about its key first; a key that it
                        refuses is not stored
  --replace             puts the imported key in the place of another one
  --dry-run             says what would be done, and stores nothing
  --shred               removes the file, overwritten, when nothing is left
  --json                the report as JSON
`

const COMMANDS: Record<CommandName, string> = { rotate: ROTATE, verify: VERIFY, import: IMPORT, doctor: DOCTOR }

/** The help text of a command, or of all. */
export const helpOf = (command: CommandName | undefined): string => (command ? COMMANDS[command] : GENERAL)
