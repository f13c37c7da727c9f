const MINIMUM = [20, 9]

/**
 * @param {string} version as `process.versions.node` gives it
 * @returns {boolean} whether this Node can run the product
 */
export function isSupportedNode(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > MINIMUM[0] || (major === MINIMUM[0] && minor >= MINIMUM[1])
}

/** Ends the process with one sentence where Node is too old. */
export function checkNode() {
  if (isSupportedNode(process.versions.node)) return
  console.error(
    `Patchbay needs Node.js ${MINIMUM.join('.')} or newer and this is ${process.versions.node}: install a current one from https://nodejs.org.`,
  )
  process.exit(1)
}
