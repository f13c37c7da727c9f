/** The part of a package.json that the rules of the house are about. */
export type PackageManifest = {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
}

const versionsOf = ({ dependencies, devDependencies }: PackageManifest): [string, string][] => [
  ...Object.entries(dependencies ?? {}),
  ...Object.entries(devDependencies ?? {}),
]

/** Dependencies that are not pinned to one version. */
export const findLooseVersions = (manifest: PackageManifest): string[] =>
  versionsOf(manifest)
    .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `package.json wants ${name} ${version}`)

/** Payload's packages that differ from `payload` itself: their peer dependencies are exact. */
export const findUnequalPayloadVersions = (manifest: PackageManifest): string[] => {
  const wanted = manifest.dependencies?.payload
  return versionsOf(manifest)
    .filter(([name, version]) => name.startsWith('@payloadcms/') && version !== wanted)
    .map(([name, version]) => `package.json wants ${name} ${version} beside payload ${wanted}`)
}
