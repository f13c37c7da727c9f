import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

/**
 * npm leaves packages for other platforms out of the lock file where the registry in use does not carry them, and
 * `npm ci` then refuses that file everywhere. Every one of them is pinned exactly by the package that wants it and
 * tells its platform in its name, so its entry can be written without being fetched.
 * Usage: node scripts/complete-lock.mjs [folder]
 */
const file = resolve(process.argv[2] ?? '.', 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))
const { packages } = lock

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32']
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64', 'wasm32']
const isExact = (version) => /^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)

function entryOf(name, version) {
  const words = name.split(/[-/]/)
  const os = SYSTEMS.filter((system) => words.includes(system))
  const cpu = PROCESSORS.filter((processor) => words.includes(processor))
  // Without a platform it would be installed everywhere.
  if (os.length === 0 && cpu.length === 0) return undefined
  const libc =
    os[0] !== 'linux'
      ? []
      : words.some((word) => word.startsWith('musl'))
        ? ['musl']
        : words.some((word) => word.startsWith('gnu'))
          ? ['glibc']
          : []
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  }
}

/** Where Node would look for `name` from the package at `path`: the nearest first. */
function findFrom(path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(folder.lastIndexOf('/node_modules/'), 0))) {
    const candidate = folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`
    if (packages[candidate]) return candidate
    if (folder === '') return undefined
  }
}

const added = []
const skipped = []
for (const [path, { optionalDependencies = {}, dev }] of Object.entries({ ...packages })) {
  for (const [name, version] of Object.entries(optionalDependencies)) {
    const found = findFrom(path, name)
    if (found && (packages[found].version === version || !isExact(version))) continue
    const entry = isExact(version) ? entryOf(name, version) : undefined
    if (!entry) {
      skipped.push(`${name}@${version}`)
      continue
    }
    const target = found ? `${path}/node_modules/${name}` : `node_modules/${name}`
    packages[target] = dev ? { ...entry, dev: true } : entry
    added.push(`${name}@${version}`)
  }
}

const sorted = Object.fromEntries(Object.entries(packages).sort(([one], [other]) => (one < other ? -1 : 1)))
if (added.length > 0) writeFileSync(file, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`)
console.log(`${added.length} entries added${skipped.length > 0 ? `; not known: ${skipped.join(', ')}` : ''}`)
