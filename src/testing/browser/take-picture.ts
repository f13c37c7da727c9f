import path from 'node:path'
import type { Page } from 'playwright-core'

const FOLDER = path.resolve('docs/images')

/** The largest picture that the repository takes, in bytes. */
export const MAX_PICTURE_BYTES = 200_000

type PictureOptions = {
  page: Page
  /** Of the file in `docs/images`, without its ending; a picture without a name is not kept. */
  name?: string
  theme?: 'light' | 'dark'
  width?: number
  height?: number
}

/**
 * Takes a picture for the README of what a page shows. Written to `docs/images` where `UPDATE_PICTURES` is set, so that
 * an ordinary run changes no file.
 * @returns the PNG
 */
export async function takePicture({
  page,
  name,
  theme = 'light',
  width = 1500,
  height = 900,
}: PictureOptions): Promise<Buffer> {
  await page.setViewportSize({ width, height })
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
  await page.reload()
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => document.fonts.ready)
  return page.screenshot({ ...(name && process.env.UPDATE_PICTURES ? { path: path.join(FOLDER, `${name}.png`) } : {}) })
}

/** Whether nothing of a page sticks out to the side. */
export const fitsWidth = (page: Page): Promise<boolean> =>
  page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)
